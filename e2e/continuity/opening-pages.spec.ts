import type { Response } from 'playwright/test';
import { expireAccess, forgetCookie, ourCookies } from '../fixtures/cookies.ts';
import { shownUser, signInByForm, watchForSignInForm } from '../fixtures/pages.ts';
import { expect, REFRESH, test } from '../fixtures/test.ts';

const REFRESH_PAGE = { method: 'GET', path: '/api/refresh_token' };

test('links to signed-in pages on a signed-out page refresh nothing and set no cookie, and lead there after signing in elsewhere', async ({
  page,
  context,
  faultProxy,
  consoleGuard,
}) => {
  consoleGuard.allow(/status of 404/);
  const cookiesSet: string[] = [];
  const note = async (response: Response) => {
    if (await response.headerValue('set-cookie')) cookiesSet.push(response.url());
  };
  page.on('response', note);
  await page.clock.install();
  await page.goto('/nothing-here');
  const link = page.getByRole('link', { name: 'Go to your orders' });
  await link.hover();
  await page.clock.runFor(5_000);
  await page.waitForLoadState('networkidle');
  expect(cookiesSet).toEqual([]);
  // Playwright cannot read the headers of a request that is open when the test ends.
  page.off('response', note);
  expect([faultProxy.count(REFRESH), faultProxy.count(REFRESH_PAGE)]).toEqual([0, 0]);
  const other = await context.newPage();
  await other.goto('/login');
  await signInByForm(other);
  await expect(other).toHaveURL('/order');
  await link.click();
  await expect(page).toHaveURL('/order');
});

test('a prefetch past the access token’s end refreshes nothing, sets no cookie, and spoils no later click', async ({
  page,
  signedIn,
  faultProxy,
  consoleGuard,
}) => {
  consoleGuard.allow(/status of 401/);
  await page.goto('/account');
  await page.waitForLoadState('networkidle');
  await expireAccess(signedIn);
  faultProxy.reset();
  const refused = await page.evaluate(async () => {
    const answer = await fetch('/order?_rsc=1', { headers: { RSC: '1', 'Next-Router-Prefetch': '1' } });
    return [answer.status, answer.redirected, await answer.text()];
  });
  expect(refused).toEqual([204, false, '']);
  expect((await ourCookies(signedIn)).access_token).toBeUndefined();
  expect([faultProxy.count(REFRESH), faultProxy.count(REFRESH_PAGE)]).toEqual([0, 0]);
  await page.getByRole('link', { name: 'Orders', exact: true }).click();
  await expect(page).toHaveURL('/order');
  await expect(page.getByRole('table')).toBeVisible();
});

for (const javaScriptEnabled of [true, false]) {
  test(`a page opened past the access token’s end shows the orders at once, ${javaScriptEnabled ? 'and the login form in no frame' : 'without a script too'}`, async ({
    browser,
    signedIn,
    baseURL,
    faultProxy,
    consoleGuard,
  }) => {
    const context = await browser.newContext({
      baseURL,
      javaScriptEnabled,
      storageState: await signedIn.storageState(),
    });
    consoleGuard.watch(context);
    const formsSeen = javaScriptEnabled ? await watchForSignInForm(context) : () => [];
    await forgetCookie(context, 'access_token');
    const page = await context.newPage();
    await page.goto('/order');
    await expect(page).toHaveURL('/order');
    await expect(page.getByRole('table')).toBeVisible();
    expect(formsSeen()).toEqual([]);
    expect(faultProxy.count({ path: '/login' })).toBe(0);
    await context.close();
  });
}

test('reloading never shows the login form, whether the access token lives or has expired', async ({
  page,
  signedIn,
  faultProxy,
}) => {
  const formsSeen = await watchForSignInForm(signedIn);
  await page.goto('/order?status=paid');
  await page.reload();
  await expect(shownUser(page)).toHaveText('Signed in as admin');
  await expireAccess(signedIn);
  await page.reload();
  await expect(shownUser(page)).toHaveText('Signed in as admin');
  await expect(page).toHaveURL('/order?status=paid');
  expect(formsSeen()).toEqual([]);
  expect(faultProxy.count({ path: '/login' })).toBe(0);
});

test('the watch for a login form sees one', async ({ page, context }) => {
  const formsSeen = await watchForSignInForm(context);
  await page.goto('/login');
  await expect.poll(formsSeen).toContainEqual(expect.stringMatching(/\/login$/));
});
