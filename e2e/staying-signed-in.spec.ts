import { forgetCookie, ourCookies } from './fixtures/cookies.ts';
import { openTabs } from './fixtures/tabs.ts';
import { expect, REFRESH, SHORT_ACCESS, SHORT_ACCESS_LIFETIME, test } from './fixtures/test.ts';

test.use({
  ...SHORT_ACCESS,
  // So short a lifetime leaves a request a quarter of a second. On a busy machine the page refreshes and sends it again.
  allowedErrors: [/status of 401 .*\/api\/session\)/],
});

test('an access token that expires while five tabs are open is refreshed once per lifetime, unnoticed', async ({
  page,
  signedIn,
  putCount,
  faultProxy,
}) => {
  const before = await ourCookies(signedIn);
  const tabs = [page, ...(await openTabs(signedIn, 4, '/order'))];
  await page.goto('/order');
  faultProxy.reset();
  await expect.poll(putCount, { timeout: 3_000 * SHORT_ACCESS_LIFETIME }).toBe(2);
  const [first, second] = faultProxy.requests(REFRESH);
  // One of the five refreshes a little before each end.
  expect((second?.atMs ?? 0) - (first?.atMs ?? 0)).toBeGreaterThan((SHORT_ACCESS_LIFETIME - 2) * 1_000);
  for (const tab of tabs) {
    await tab.getByRole('link', { name: /^Paid/ }).click();
    await expect(tab).toHaveURL('/order?status=paid');
  }
  const after = await ourCookies(signedIn);
  expect(after.refresh_token?.value).toBe(before.refresh_token?.value);
  expect(after.access_token?.value).not.toBe(before.access_token?.value);
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
