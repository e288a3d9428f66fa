import { forgetCookie, ourCookies } from './fixtures/cookies.ts';
import { signInByForm } from './fixtures/pages.ts';
import { USERS } from './fixtures/sign-in.ts';
import { expect, test } from './fixtures/test.ts';

// A server of its own: other specs sign in with the password that is changed here.
test.use({ serverEnv: { ACCESS_TOKEN_LIFETIME: '1h' } });

test('after a password change both tabs of the browser continue with its key, and copied cookies refresh nothing', async ({
  page,
  context,
  baseURL,
  newDevice,
  consoleGuard,
}) => {
  // Either tab may request its session just when the access token is gone.
  consoleGuard.allow(/status of 401 .*\/api\/session\)/);
  // Or refresh while the password changes, and is told to try again.
  consoleGuard.allow(/status of 503 .*\/api\/refresh_token\)/);
  await page.goto('/login');
  await signInByForm(page, 'guest');
  await expect(page).toHaveURL('/order');
  const other = await context.newPage();
  await other.goto('/order');
  const copied = await context.cookies();
  await page.goto('/account');
  await page.locator('#current').fill(USERS.guest.pwd);
  await page.locator('#new').fill('violet lantern orchard');
  await page.getByRole('button', { name: 'Change password' }).click();
  await expect(page.getByText('Your password is changed')).toBeVisible();
  const after = await ourCookies(context);
  expect(copied.map(({ value }) => value)).not.toContain(after.refresh_token?.value);

  const thief = await newDevice();
  await thief.clearCookies();
  await thief.addCookies(copied);
  expect((await thief.request.get(`${baseURL}/api/session`)).status()).toBe(401);
  // 503 for some seconds, since it may be a refresh of the owner's browser that was sent before the change.
  expect([503, 403]).toContain((await thief.request.put(`${baseURL}/api/refresh_token`)).status());

  await other.getByRole('link', { name: /^Paid/ }).click();
  await expect(other).toHaveURL('/order?status=paid');
  await forgetCookie(context, 'access_token');
  await page.goto('/account');
  await expect(page.getByText('Protected on this device')).toBeVisible();
});
