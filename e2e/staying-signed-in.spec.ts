import { forgetCookie, ourCookies } from './fixtures/cookies.ts';
import { placeOrder } from './fixtures/pages.ts';
import { expect, test } from './fixtures/test.ts';

/** The hint is exact to a second, so a tab may refresh a second early: too much of a shorter lifetime. */
const ACCESS_LIFETIME_SECONDS = 8;

test.use({
  serverEnv: { ACCESS_TOKEN_LIFETIME: `${ACCESS_LIFETIME_SECONDS}s`, REFRESH_TOKEN_LIFETIME: '10m' },
  // So short a lifetime leaves a request a quarter of a second. On a busy machine the page refreshes and sends it again.
  allowedErrors: [/status of 401 .*\/api\/session\)/],
});

test('an access token that expires while the page is open is refreshed unnoticed', async ({
  page,
  signedIn,
  putCount,
}) => {
  await page.goto('/order');
  const before = await ourCookies(signedIn);
  await expect.poll(putCount, { timeout: 30_000 }).toBeGreaterThanOrEqual(2);
  await page.getByRole('link', { name: /^Paid/ }).click();
  await expect(page).toHaveURL('/order?status=paid');
  const after = await ourCookies(signedIn);
  expect(after.refresh_token?.value).toBe(before.refresh_token?.value);
  expect(after.access_token?.value).not.toBe(before.access_token?.value);
});

test('an access token that expired while no page was open is refreshed on the way to the page', async ({
  page,
  signedIn,
  faultProxy,
}) => {
  await forgetCookie(signedIn, 'access_token');
  await page.goto('/order?status=paid');
  await expect(page).toHaveURL('/order?status=paid');
  await expect(page.getByRole('heading', { level: 1, name: 'Orders' })).toBeVisible();
  expect(faultProxy.count({ method: 'GET', path: '/login' })).toBe(0);
});

test('a click after the access token was lost refreshes it, and the page stays', async ({
  page,
  signedIn,
  consoleGuard,
}) => {
  consoleGuard.allow(/status of 401/);
  await page.goto('/order/new');
  await page.getByRole('button', { name: 'More: Cork tray' }).click();
  await forgetCookie(signedIn, 'access_token');
  await placeOrder(page);
  await expect(page).toHaveURL(/\/order\/ORD-\d+$/);
});

test('five tabs past several lifetimes make one refresh per lifetime', async ({
  page,
  signedIn,
  putCount,
  faultProxy,
}) => {
  await page.goto('/order');
  const tabs = [page];
  for (let n = 1; n < 5; n += 1) {
    const tab = await signedIn.newPage();
    await tab.goto('/order');
    tabs.push(tab);
  }
  faultProxy.reset();
  const startedAt = Date.now();
  await expect.poll(putCount, { timeout: 45_000 }).toBe(4);
  const lifetimes = (Date.now() - startedAt) / (ACCESS_LIFETIME_SECONDS * 1_000);
  // One of the five refreshes a little before each end.
  expect(lifetimes).toBeGreaterThan(2);
  for (const tab of tabs) {
    await tab.getByRole('link', { name: /^Paid/ }).click();
    await expect(tab).toHaveURL('/order?status=paid');
  }
});

test('signing out in one tab empties the others, and nothing of the session is left', async ({ page, signedIn }) => {
  await page.goto('/order');
  const other = await signedIn.newPage();
  await other.goto('/account');
  await page.getByRole('button', { name: 'Sign out' }).first().click();
  await expect(page).toHaveURL('/login');
  await expect(other).toHaveURL('/login');
  expect(await ourCookies(signedIn)).toEqual({});
  await other.goto('/order');
  await expect(other).toHaveURL('/login');
});

test('a link from another site finds the user signed in, also past the access token’s end', async ({
  page,
  signedIn,
  baseURL,
}) => {
  await forgetCookie(signedIn, 'access_token');
  await page.route('http://elsewhere.test/', (route) =>
    route.fulfill({
      contentType: 'text/html',
      body: `<title>Elsewhere</title><a href="${baseURL}/order">To my orders</a>`,
    }),
  );
  await page.goto('http://elsewhere.test/');
  await page.getByRole('link', { name: 'To my orders' }).click();
  await expect(page).toHaveURL('/order');
});
