import type { Page } from 'playwright/test';
import { forgetCookie, ourCookies } from './fixtures/cookies.ts';
import { expect, test } from './fixtures/test.ts';

async function fillAndSend(page: Page, name = 'admin', pwd = '123456') {
  await page.getByLabel('Name', { exact: true }).fill(name);
  await page.getByLabel('Password', { exact: true }).fill(pwd);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

test('signing in leads to the orders, and both tokens are out of reach of scripts', async ({ page, context }) => {
  await page.goto('/');
  await expect(page).toHaveURL('/login');
  await fillAndSend(page);
  await expect(page).toHaveURL('/order');
  await expect(page.getByRole('heading', { level: 1, name: 'Orders' })).toBeVisible();
  const cookies = await ourCookies(context);
  expect([cookies.access_token?.httpOnly, cookies.refresh_token?.httpOnly]).toEqual([true, true]);
  expect(cookies.refresh_token).toMatchObject({ path: '/api/refresh_token', sameSite: 'Strict' });
  expect(await page.evaluate(() => document.cookie)).toMatch(/^session_hint=11\.\d+\.7200$/);
});

test('signing in comes back to the page asked for, with its query and fragment', async ({ page }) => {
  await page.goto('/order?status=paid&q=lamp#main');
  await expect(page).toHaveURL(/\/login\?returnTo=/);
  await fillAndSend(page);
  await expect(page).toHaveURL('/order?status=paid&q=lamp#main');
});

test.describe('one Back leaves', () => {
  const BEFORE = '/nothing-here';
  test.use({ allowedErrors: [/status of 40[14]/] });
  test.beforeEach(({ page }) => page.goto(BEFORE));
  test.afterEach(async ({ page }) => {
    await page.goBack();
    await expect(page).toHaveURL(BEFORE);
  });

  for (const [address, arrival] of [
    ['/login?returnTo=%2Faccount', '/account'],
    ['/order?status=paid', '/order?status=paid'],
  ] as const) {
    test(`after a sign-in that began at ${address}`, async ({ page }) => {
      await page.goto(address);
      await fillAndSend(page);
      await expect(page).toHaveURL(arrival);
    });
  }

  test('after a wrong password, which keeps the name and says so beside the field, and a right one', async ({
    page,
  }) => {
    await page.goto('/login');
    await fillAndSend(page, 'admin', 'wrong');
    const password = page.getByLabel('Password', { exact: true });
    await expect(page.getByText('Wrong name or password.')).toBeVisible();
    await expect(password).toHaveAttribute('aria-invalid', 'true');
    await expect(password).toBeFocused();
    await expect(page.getByLabel('Name', { exact: true })).toHaveValue('admin');
    await fillAndSend(page);
    await expect(page).toHaveURL('/order');
  });

  test('after a page that was refreshed on the way', async ({ page, context }) => {
    await page.goto('/login');
    await fillAndSend(page);
    await expect(page).toHaveURL('/order');
    await page.goto(BEFORE);
    await forgetCookie(context, 'access_token');
    await page.goto('/order?status=shipped');
    await expect(page).toHaveURL('/order?status=shipped');
  });
});

test('the form is one a password manager knows, and Enter sends it', async ({ page }) => {
  await page.goto('/login');
  await expect(page.getByLabel('Name', { exact: true })).toBeFocused();
  await expect(page.getByLabel('Name', { exact: true })).toHaveAttribute('autocomplete', 'username');
  const password = page.getByLabel('Password', { exact: true });
  await expect(password).toHaveAttribute('autocomplete', 'current-password');
  await page.getByRole('button', { name: 'Fill in' }).click();
  await expect(password).toHaveValue('123456');
  await page.getByRole('button', { name: /show/i }).click();
  await expect(password).toHaveAttribute('type', 'text');
  await password.press('Enter');
  await expect(page).toHaveURL('/order');
});

test('a signed-in user is not asked again', async ({ page, signedIn: _ }) => {
  await page.goto('/login?returnTo=%2Faccount');
  await expect(page).toHaveURL('/account');
});
