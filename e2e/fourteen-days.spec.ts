import { ourCookies } from './fixtures/cookies.ts';
import { expect, test } from './fixtures/test.ts';

test.use({ serverEnv: { ACCESS_TOKEN_LIFETIME: '3s', REFRESH_TOKEN_LIFETIME: '9s' } });

test('the end of the refresh token leads to sign-in, and signing in starts a new cycle', async ({
  page,
  signedIn,
  consoleGuard,
}) => {
  consoleGuard.allow(/status of 40[13]/);
  await page.goto('/order');
  const before = await ourCookies(signedIn);
  await expect(async () => {
    expect((await ourCookies(signedIn)).refresh_token).toBeUndefined();
  }).toPass({ timeout: 20_000 });
  await page.goto('/order');
  await expect(page).toHaveURL('/login');
  await page.getByLabel('Name', { exact: true }).fill('admin');
  await page.getByLabel('Password', { exact: true }).fill('123456');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page).toHaveURL('/order');
  const after = await ourCookies(signedIn);
  expect(after.refresh_token?.value).not.toBe(before.refresh_token?.value);
});
