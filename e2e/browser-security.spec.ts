import type { BrowserContext, Page } from 'playwright/test';
import { forgetCookie } from './fixtures/cookies.ts';
import { fillOrder, placeOrder, signInByForm, signOutButton, uniqueNote } from './fixtures/pages.ts';
import { expect, test } from './fixtures/test.ts';

/** Sign in, read, place an order, refresh, open the account and sign out; call `look` on each page. */
async function wholeVisit(page: Page, context: BrowserContext, look: () => Promise<void>): Promise<void> {
  const arrived = async (address: string | RegExp) => {
    await expect(page).toHaveURL(address);
    await look();
  };
  await page.goto('/login');
  await look();
  await signInByForm(page);
  await arrived('/order');
  await fillOrder(page, uniqueNote());
  await placeOrder(page);
  await arrived(/\/order\/ORD-\d+$/);
  await forgetCookie(context, 'access_token');
  await page.goto('/order?status=paid');
  await arrived('/order?status=paid');
  await page.getByRole('link', { name: 'Account' }).click();
  await arrived('/account');
  await signOutButton(page).click();
  await arrived('/login');
}

test('a whole visit requests no other origin', async ({ page, context, baseURL }) => {
  const asked = new Set<string>();
  context.on('request', (request) => {
    if (!request.url().startsWith('data:')) asked.add(new URL(request.url()).origin);
  });
  const named = new Set<string>();
  await wholeVisit(page, context, async () => {
    const addresses = await page.$$eval('[src], [href], [action], [srcset], [formaction]', (elements) =>
      elements.flatMap((element) =>
        ['src', 'href', 'action', 'formaction'].flatMap((name) => element.getAttribute(name) ?? []),
      ),
    );
    for (const address of addresses) named.add(new URL(address, baseURL).origin);
  });
  expect([...asked]).toEqual([baseURL]);
  expect([...named]).toEqual([baseURL]);
});

test('no token is in a page, its data or its storage, and only the refresh endpoint is sent the refresh cookie', async ({
  page,
  context,
  faultProxy,
}) => {
  const bodies: Promise<string>[] = [];
  context.on('response', (response) => {
    bodies.push(response.text().catch(() => ''));
  });
  const held: string[] = [];
  await wholeVisit(page, context, async () => {
    held.push(
      await page.evaluate(async () =>
        JSON.stringify([
          document.documentElement.outerHTML,
          { ...localStorage },
          { ...sessionStorage },
          (await indexedDB.databases()).map(({ name }) => name),
          await caches.keys(),
        ]),
      ),
    );
  });
  const seen = [...(await Promise.all(bodies)), ...held];
  expect(seen.length).toBeGreaterThan(20);
  expect(held.some((text) => text.includes('tandem-keys'))).toBe(true);
  for (const text of seen) expect(/eyJ[\w-]{10}|Fe26\.2/.exec(text)?.[0]).toBeUndefined();

  const requests = faultProxy.requests();
  const withRefreshToken = requests.filter(({ headers }) => headers.cookie?.includes('refresh_token='));
  expect(withRefreshToken.length).toBeGreaterThan(0);
  for (const { path } of withRefreshToken) expect(path).toMatch(/^\/api\/refresh_token/);
  for (const { path, headers } of requests) expect(`${path} ${headers.referer}`).not.toMatch(/eyJ[\w-]{10}|Fe26/);
});

test('elements that take the names of globals change nothing', async ({ page }) => {
  await page.addInitScript(() => {
    document.addEventListener('DOMContentLoaded', () => {
      for (const name of ['config', 'session', 'location', 'fetch', 'nonce', '__next_f', 'tandem', 'caches', 'locks']) {
        const form = Object.assign(document.createElement('form'), { name, action: 'https://evil.test/' });
        document.documentElement.append(Object.assign(document.createElement('a'), { id: name }), form);
      }
    });
  });
  await page.goto('/login');
  await expect(page.locator('a#config')).toHaveCount(1);
  await signInByForm(page);
  await expect(page).toHaveURL('/order');
  await signOutButton(page).click();
  await expect(page).toHaveURL('/login');
});

test('passwords are hidden, named for password managers, and may be pasted', async ({ page }) => {
  const fields = () =>
    page.$$eval('input[autocomplete$="password"]', (inputs) =>
      inputs.map((input) => [input.getAttribute('type'), input.getAttribute('autocomplete')].join(' ')),
    );
  await page.goto('/login');
  expect(await fields()).toEqual(['password current-password']);
  await expect(page.locator('[onpaste], input[maxlength="8"]')).toHaveCount(0);
  const name = page.getByLabel('Name', { exact: true });
  const password = page.getByLabel('Password', { exact: true });
  await name.fill('123456');
  await name.press('ControlOrMeta+A');
  await name.press('ControlOrMeta+C');
  await password.press('ControlOrMeta+V');
  await expect(password).toHaveValue('123456');
  await name.fill('admin');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page).toHaveURL('/order');
  await page.goto('/account');
  expect(await fields()).toEqual(['password current-password', 'password new-password']);
  await expect(page.locator('[onpaste]')).toHaveCount(0);
});

test('a browser without Web Cryptography signs in without a key', async ({ page, context }) => {
  await page.addInitScript(() => Object.defineProperty(crypto, 'subtle', { value: undefined }));
  await page.goto('/login');
  await signInByForm(page);
  await expect(page).toHaveURL('/order');
  const { sessions } = await (await context.request.get('/api/sessions')).json();
  expect(sessions.find(({ current }: { current: boolean }) => current).binding).toBe('none');
  await forgetCookie(context, 'access_token');
  await page.goto('/account');
  await expect(page).toHaveURL('/account');
});

test.describe('without a script', () => {
  test.use({ javaScriptEnabled: false });

  test('the form without a script says which origin it was sent from', async ({ page, faultProxy, baseURL }) => {
    await page.goto('/login');
    await signInByForm(page);
    await expect(page).toHaveURL('/order');
    const [sent] = faultProxy.requests({ method: 'POST', path: '/api/login' });
    expect([sent?.headers.origin, sent?.headers['sec-fetch-site']]).toEqual([baseURL, 'same-origin']);
  });
});
