/** Measures how often many tabs of a real browser refresh, and the size of the browser part beside that of peers. */
import { createRequire } from 'node:module';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { chromium } from 'playwright';
import { expireAccess } from '../../e2e/fixtures/cookies.ts';
import { startFaultProxy } from '../../e2e/fixtures/fault-proxy.ts';
import { waitForHydration } from '../../e2e/fixtures/hydration.ts';
import { signIn } from '../../e2e/fixtures/sign-in.ts';
import { callAtOnce, openTabs } from '../../e2e/fixtures/tabs.ts';
import { CHROMIUM_ARGS, obtainBrowser } from '../../e2e/support/browser.ts';
import { weigh } from '../../scripts/size.mjs';
import { type Figure, type Run, spreadOf } from '../figures.ts';
import { startTandem } from '../servers.ts';

const TABS = 10;
const CALLS_PER_TAB = 20;
const KIB = 1_024;
const HERE = new URL('../', import.meta.url);

/** The import with which each peer keeps a page signed in. */
const PEERS = {
  'keycloak-js': "import Keycloak from 'keycloak-js'; window.it = Keycloak;",
  'oidc-client-ts': "import { UserManager } from 'oidc-client-ts'; window.it = UserManager;",
  '@auth0/auth0-spa-js': "import { createAuth0Client } from '@auth0/auth0-spa-js'; window.it = createAuth0Client;",
  'supertokens-website': "import it from 'supertokens-website'; window.it = it;",
  '@supabase/auth-js': "import { AuthClient } from '@supabase/auth-js'; window.it = AuthClient;",
  '@azure/msal-browser':
    "import { PublicClientApplication } from '@azure/msal-browser'; window.it = PublicClientApplication;",
  '@okta/okta-auth-js': "import { OktaAuth } from '@okta/okta-auth-js'; window.it = OktaAuth;",
  'better-auth': "import { createAuthClient } from 'better-auth/client'; window.it = createAuthClient;",
  'next-auth':
    "import { getSession, signIn, signOut } from 'next-auth/react'; window.it = { getSession, signIn, signOut };",
};

export async function browser({ quick, say }: Run): Promise<Figure[]> {
  return [...(await refreshesPerExpiry(quick ? 2 : 10, say)), ...(await sizes())];
}

async function refreshesPerExpiry(times: number, say: Run['say']): Promise<Figure[]> {
  let url = '';
  const proxy = await startFaultProxy(() => url);
  const tandem = await startTandem({ env: { APP_ORIGIN: proxy.url } });
  url = tandem.url;
  const chrome = await chromium.launch({ executablePath: obtainBrowser(), args: CHROMIUM_ARGS });
  try {
    const context = await chrome.newContext({ baseURL: proxy.url });
    waitForHydration(context);
    await signIn(context, proxy.url, 'admin');
    const [starter, ...tabs] = await openTabs(context, TABS + 1);
    if (!starter) throw new Error('no tab');
    const refreshes: number[] = [];
    for (let n = 1; n <= times; n += 1) {
      say(`${TABS} tabs, expiry ${n} of ${times}`);
      await expireAccess(context);
      proxy.reset();
      const statuses = await callAtOnce(tabs, starter, CALLS_PER_TAB);
      if (statuses.some((status) => status !== 200)) throw new Error(`A call failed: ${statuses}`);
      refreshes.push(proxy.count({ method: 'PUT', path: '/api/refresh_token' }));
    }
    const name = `refreshes per expiry, ${TABS} tabs × ${CALLS_PER_TAB} calls`;
    return [{ name, ...spreadOf(refreshes), unit: 'count', target: { atMost: 1 } }];
  } finally {
    await chrome.close();
    await tandem.stop();
    await proxy.close();
  }
}

async function sizes(): Promise<Figure[]> {
  const { session, proof } = await weigh();
  const figures: Figure[] = [
    {
      name: 'browser part: Tandem',
      value: session / KIB,
      unit: 'KiB',
      target: { atMost: 3.5 },
      note: 'Minified and gzipped, like all of these',
    },
    {
      name: 'browser part: Tandem, with the proof of possession',
      value: (session + proof) / KIB,
      unit: 'KiB',
      target: { atMost: 4.5 },
    },
  ];
  for (const [name, contents] of Object.entries(PEERS)) {
    figures.push({ name: `browser part: ${name}`, value: (await sizeOf(contents)) / KIB, unit: 'KiB' });
  }
  return figures;
}

async function sizeOf(contents: string): Promise<number> {
  const require = createRequire(new URL('package.json', HERE));
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: HERE.pathname },
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    platform: 'browser',
    define: { 'process.env.NODE_ENV': '"production"', global: 'window' },
    // Apps with these peers contain React anyway.
    external: ['react', 'react/jsx-runtime', 'react-dom'],
    write: false,
    logLevel: 'silent',
    nodePaths: [require.resolve.paths('react')?.[0] ?? ''],
  });
  return gzipSync(outputFiles[0]?.contents ?? '', { level: 9 }).length;
}
