import { type Browser, type BrowserContext, test as base, chromium, expect, type Page } from 'playwright/test';
import { type HttpsFront, startHttpsFront } from '../scripts/https-front.ts';
import { forgetCookie, ourCookies } from './fixtures/cookies.ts';
import { type FaultProxy, startFaultProxy } from './fixtures/fault-proxy.ts';
import { repeated } from './fixtures/repeat.ts';
import { USERS } from './fixtures/sign-in.ts';
import { CHROMIUM_ARGS, obtainBrowser } from './support/browser.ts';
import { type Server, startServer } from './support/server.ts';

const BY_BROWSER = { method: 'POST', path: '/api/refresh_token/dbsc' };
const ACCESS = '__Host-access_token=';

interface Https {
  front: HttpsFront;
  faultProxy: FaultProxy;
  server: Server;
}

/** https on this machine, and a Chromium with DBSC: it binds sessions over trusted https only. */
const extended = base.extend<{ bound: Page }, { https: Https; binding: Browser }>({
  https: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright wants the pattern.
    async ({}, use) => {
      let server: Server | undefined;
      const faultProxy = await startFaultProxy(() => server?.url ?? '');
      const front = await startHttpsFront({ target: () => faultProxy.url });
      server = await startServer({ env: { APP_ORIGIN: front.url, TRUST_PROXY: '2' } });
      await use({ front, faultProxy, server });
      await front.close();
      await faultProxy.close();
      await server.stop();
    },
    { scope: 'worker', timeout: 90_000 },
  ],
  binding: [
    async ({ https }, use) => {
      const args = [...CHROMIUM_ARGS, ...https.front.chromiumArgs];
      const browser = await chromium.launch({ executablePath: obtainBrowser(), args });
      await use(browser);
      await browser.close();
    },
    { scope: 'worker' },
  ],
  /** Signed in by the form, bound, and refreshed once by the browser. */
  bound: async ({ https, binding }, use) => {
    https.faultProxy.reset();
    const context = await binding.newContext({ baseURL: https.front.url });
    const page = await context.newPage();
    await page.goto('/login');
    await page.getByLabel('Name', { exact: true }).fill(USERS.admin.name);
    await page.getByLabel('Password', { exact: true }).fill(USERS.admin.pwd);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await expect(page).toHaveURL('/order');
    await expect.poll(() => lifetimeSeconds(context)).toBeLessThanOrEqual(600);
    await expire(context);
    await page.goto('/account');
    await expect(page).toHaveURL('/account');
    https.faultProxy.reset();
    await use(page);
    await context.close();
  },
});
const test = repeated(extended);

/** Expire the cookie: the browser only checks whether it is present. */
const expire = (context: BrowserContext) => forgetCookie(context, 'access_token');

async function lifetimeSeconds(context: BrowserContext): Promise<number> {
  const { access_token } = await ourCookies(context);
  return (access_token?.expires ?? Number.POSITIVE_INFINITY) - Date.now() / 1_000;
}

const lastCookies = ({ faultProxy }: Https, method: string, path: string) =>
  faultProxy.requests({ method, path }).at(-1)?.headers.cookie;

test('signing in over https binds the session to a key that the browser keeps', async ({ bound }) => {
  await expect(bound.getByText('Protected by the hardware of this device').first()).toBeVisible();
});

test.describe('with an expired access token', () => {
  test('a page is opened with a new one, and no page in between; a link within the app stays within the page', async ({
    bound,
    https,
  }) => {
    await expire(bound.context());
    await bound.goto('/order');
    await expect(bound).toHaveURL('/order');
    expect(https.faultProxy.count(BY_BROWSER)).toBe(1);
    expect(https.faultProxy.count({ path: '/api/refresh_token' })).toBe(0);
    await bound.evaluate(() => Object.assign(window, { isSamePage: true }));
    await expire(bound.context());
    await bound.getByRole('link', { name: /^Paid/ }).click();
    await expect(bound).toHaveURL('/order?status=paid');
    expect(await bound.evaluate(() => 'isSamePage' in window)).toBe(true);
    expect(https.faultProxy.count({ method: 'PUT' })).toBe(0);
  });

  test('requests with and without a body, and a form, arrive whole, once, with a new one', async ({ bound, https }) => {
    await expire(bound.context());
    const products = await bound.evaluate(async () => (await (await fetch('/api/product')).json()).products);
    expect(products.length).toBeGreaterThan(0);
    await expire(bound.context());
    const placed = await bound.evaluate(async (sku) => {
      const body = JSON.stringify({ lines: [{ sku, quantity: 1 }], note: 'n'.repeat(500) });
      const headers = { 'Content-Type': 'application/json', 'Idempotency-Key': crypto.randomUUID() };
      const answer = await fetch('/api/order', { method: 'POST', headers, body });
      return { status: answer.status, note: (await answer.json()).note.length };
    }, products[0].sku);
    expect(placed).toEqual({ status: 201, note: 500 });
    expect(lastCookies(https, 'POST', '/api/order')).toContain(ACCESS);
    expect(https.faultProxy.count({ method: 'POST', path: '/api/order' })).toBe(1);
    expect(https.faultProxy.count({ method: 'PUT' })).toBe(0);
    await expire(bound.context());
    await bound.evaluate(() => {
      const form = document.createElement('form');
      form.method = 'post';
      form.action = '/order?from=form';
      document.body.append(form);
      form.submit();
    });
    await expect.poll(() => lastCookies(https, 'POST', '/order')).toContain(ACCESS);
  });

  test('five tabs with twenty requests each make one refresh', async ({ bound, https }) => {
    const tabs = [bound];
    for (let n = 1; n < 5; n += 1) {
      const tab = await bound.context().newPage();
      await tab.goto('/account');
      tabs.push(tab);
    }
    https.faultProxy.reset();
    await expire(bound.context());
    const statuses = await Promise.all(
      tabs.map((tab, n) =>
        tab.evaluate(async (name) => {
          // Addresses differ, since a browser sends one request per address at a time.
          const sent = Array.from({ length: 20 }, (_, m) => fetch(`/api/session?${name}-${m}`));
          return (await Promise.all(sent)).map(({ status }) => status);
        }, n),
      ),
    );
    expect(statuses.flat()).toEqual(Array(100).fill(200));
    expect(https.faultProxy.count(BY_BROWSER)).toBe(1);
  });

  test('a link from another site arrives signed in', async ({ bound, https }) => {
    const { url } = https.front;
    await expire(bound.context());
    const body = `<a href="${url}/order?status=paid">orders</a>`;
    await bound
      .context()
      .route('https://elsewhere.test/', (route) => route.fulfill({ contentType: 'text/html', body }));
    await bound.goto('https://elsewhere.test/');
    await bound.getByRole('link').click();
    await expect(bound).toHaveURL(`${url}/order?status=paid`);
  });

  test('a short outage of the server does not end the session', async ({ bound, https }) => {
    await expire(bound.context());
    const away = https.faultProxy.fault(BY_BROWSER, { kind: 'answer', status: 503 });
    await bound.goto('/order');
    await expect(bound.getByText('Reconnecting…')).toBeVisible();
    away.remove();
    await expect(bound).toHaveURL('/order');
    await expect(bound.getByRole('heading', { level: 1, name: 'Orders' })).toBeVisible();
  });
});

test('copied cookies work until the access token expires, and refresh nothing', async ({ bound, binding, https }) => {
  const thief = await binding.newContext({ baseURL: https.front.url });
  await thief.addCookies(await bound.context().cookies());
  const stolen = await thief.newPage();
  await stolen.goto('/account');
  await expect(stolen).toHaveURL('/account');
  await expire(thief);
  await stolen.goto('/order');
  await expect(stolen).toHaveURL(/\/login\?notice=key/);
  await thief.close();
  await bound.goto('/order');
  await expect(bound).toHaveURL('/order');
});

test('a signed-out user stays signed out', async ({ bound, https }) => {
  await bound.getByRole('button', { name: 'Sign out' }).first().click();
  await expect(bound).toHaveURL('/login');
  await bound.goto('/order');
  await expect(bound).toHaveURL(/\/login/);
  expect(await ourCookies(bound.context())).toEqual({});
  expect(https.faultProxy.requests(BY_BROWSER).every(({ status }) => status !== 200)).toBe(true);
});
