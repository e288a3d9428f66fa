/** A server behind its proxy, and a browser with five tabs and a signed-in user. */
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright';
import { type FaultProxy, startFaultProxy } from '../fixtures/fault-proxy.ts';
import { signInByForm } from '../fixtures/pages.ts';
import { CHROMIUM_ARGS, obtainBrowser } from '../support/browser.ts';
import { type Server, startServer } from '../support/server.ts';
import { currentSecrets } from './faults.ts';

const TABS = 5;

export interface Environment {
  server: Server;
  faultProxy: FaultProxy;
  browser: Browser;
  context: BrowserContext;
  tabs: [Page, ...Page[]];
  /** Uncaught errors of pages. */
  thrown: string[];
  close(): Promise<void>;
}

export async function startEnvironment(
  accessLifetimeSeconds: number,
  refreshLifetimeSeconds: number,
): Promise<Environment> {
  let server: Server | undefined;
  const faultProxy = await startFaultProxy(() => server?.url ?? '');
  server = await startServer({
    env: {
      APP_ORIGIN: faultProxy.url,
      AUTH_SECRETS: currentSecrets(),
      ACCESS_TOKEN_LIFETIME: `${accessLifetimeSeconds}s`,
      REFRESH_TOKEN_LIFETIME: `${refreshLifetimeSeconds}s`,
      LOG_LEVEL: 'error',
    },
  });
  const browser = await chromium.launch({ executablePath: obtainBrowser(), args: CHROMIUM_ARGS });
  const context = await browser.newContext({ baseURL: faultProxy.url });
  const thrown: string[] = [];
  context.on('weberror', (event) => thrown.push(event.error().message));
  await context.clock.install();
  const tabs: Environment['tabs'] = [await context.newPage()];
  // By the form, so that the session is bound to a key of this browser.
  await tabs[0].goto('/login');
  await signInByForm(tabs[0]);
  await tabs[0].waitForURL('/order');
  while (tabs.length < TABS) tabs.push(await openTab(context));
  return {
    server,
    faultProxy,
    browser,
    context,
    tabs,
    thrown,
    close: async () => {
      await browser.close();
      await faultProxy.close();
      await server.stop();
    },
  };
}

async function openTab(context: BrowserContext): Promise<Page> {
  const tab = await context.newPage();
  await tab.goto('/order');
  return tab;
}
