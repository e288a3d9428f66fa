import { forgetCookie, ourCookies } from './fixtures/cookies.ts';
import { expect, test } from './fixtures/test.ts';

test.use({ javaScriptEnabled: false });

test('signing in, reading orders and signing out need no script', async ({ page, context }) => {
  await page.goto('/order?status=paid');
  await page.getByLabel('Name', { exact: true }).fill('admin');
  await page.getByLabel('Password', { exact: true }).fill('wrong');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByText('Wrong name or password.')).toBeVisible();
  await expect(page.getByLabel('Name', { exact: true })).toHaveValue('admin');
  await expect(page.getByLabel('Password', { exact: true })).toBeFocused();
  await page.getByLabel('Password', { exact: true }).fill('123456');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page).toHaveURL('/order?status=paid');
  await page.getByRole('link', { name: /^Delivered/ }).click();
  await expect(page).toHaveURL('/order?status=delivered');
  await page.getByRole('link', { name: 'Load more' }).click();
  await expect(page.locator('th a[href^="/order/ORD-"]')).toHaveCount(40);
  await page.locator('th a[href^="/order/ORD-"]').first().click();
  await expect(page.getByRole('heading', { level: 1, name: /^ORD-/ })).toBeVisible();
  await page.getByRole('button', { name: 'Sign out' }).first().click();
  await expect(page).toHaveURL('/login');
  expect(await ourCookies(context)).toEqual({});
});

test('what needs a script says so on the account page, and the rest of a long list of devices is a link away', async ({
  page,
  signedIn: _,
  newDevice,
}) => {
  const program = { name: 'admin', pwd: '123456', transport: 'bearer' };
  const headers = { 'user-agent': 'curl/8.14.1' };
  const { request } = await newDevice();
  for (let n = 0; n < 6; n += 1) await request.post('/api/login', { data: program, headers });
  await page.goto('/account');
  await expect(page).toHaveTitle('Account · Tandem');
  const needs = page.getByText(/needs JavaScript, which is off in this browser/);
  await expect(needs).toHaveCount(2);
  for (const sentence of await needs.all()) await expect(sentence).toBeVisible();
  await expect(page.getByRole('button', { name: /sign out/i })).toHaveCount(1);
  const programs = page.getByRole('region', { name: 'Programs' }).getByRole('listitem');
  await expect(programs).toHaveCount(5);
  await page.getByRole('link', { name: /^Show all/ }).click();
  await expect(page).toHaveURL('/account?devices=all#devices');
  expect(await page.getByRole('region', { name: 'All others' }).getByRole('listitem').count()).toBeGreaterThan(5);
});

test('an order that could be cancelled says what that needs', async ({ page, signedIn: _ }) => {
  await page.goto('/order?status=pending');
  await page.locator('th a[href^="/order/ORD-"]').first().click();
  await expect(page.getByText('Cancelling an order needs JavaScript, which is off in this browser.')).toBeVisible();
});

test('an unknown address says so in the frame of the other pages', async ({ page, signedIn: _, consoleGuard }) => {
  consoleGuard.allow(/status of 404/);
  expect((await page.goto('/nowhere'))?.status()).toBe(404);
  await expect(page).toHaveTitle('Nothing here · Tandem');
  await expect(page.getByRole('heading', { level: 1, name: 'There is nothing at this address' })).toBeVisible();
  await page.getByRole('banner').getByRole('link', { name: 'Account' }).click();
  await expect(page).toHaveURL('/account');
});

test('signing out past the access token’s end needs no script either', async ({ page, signedIn }) => {
  await page.goto('/order');
  await forgetCookie(signedIn, 'access_token');
  await page.getByRole('button', { name: 'Sign out' }).first().click();
  await expect(page).toHaveURL('/login');
  expect(await ourCookies(signedIn)).toEqual({});
});

test('searching, emptying the search and longer lists need no script, and the list says which orders it shows', async ({
  page,
  signedIn: _,
}) => {
  await page.goto('/order?status=delivered');
  await page.getByRole('searchbox').fill('#400 OR nothing');
  await page.getByRole('searchbox').press('Enter');
  await expect(page).toHaveURL(/status=delivered/);
  await expect(page.getByRole('heading', { name: /^No delivered orders match/ })).toBeVisible();
  await page.getByRole('searchbox').fill('');
  await page.getByRole('searchbox').press('Enter');
  await expect(page.getByText(/^1–20 of \d+$/)).toBeVisible();
  await page.goto('/order?limit=100');
  await page.getByRole('link', { name: 'Next 100' }).click();
  await expect(page.getByText(/^101–200 of \d+$/)).toBeVisible();
  await page.goBack();
  await expect(page.getByText(/^1–100 of \d+$/)).toBeVisible();
});
