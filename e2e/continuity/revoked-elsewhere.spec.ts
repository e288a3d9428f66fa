import { expireAccess, forgetCookie, ourCookies } from '../fixtures/cookies.ts';
import { fillOrder, noteField, placeOrder, signInDialog, uniqueNote } from '../fixtures/pages.ts';
import { expect, test } from '../fixtures/test.ts';

test('a link clicked after the session was revoked leads to sign-in and back, without an error', async ({
  page,
  signedIn: _,
  newDevice,
  faultProxy,
}) => {
  await page.goto('/order?status=paid');
  // The page would otherwise notice within seconds.
  faultProxy.fault({ path: '/api/session' }, { kind: 'hold', until: new Promise(() => {}) });
  const other = await newDevice({ as: 'admin' });
  expect((await other.request.delete('/api/sessions')).status()).toBe(204);
  await page.getByRole('link', { name: 'Account' }).click();
  await expect(page).toHaveURL('/login?returnTo=%2Faccount');
  await expect(page.getByText('You were signed out from another device.')).toBeVisible();
  await expect(page.getByLabel('Name', { exact: true })).toHaveValue('admin');
  await expect(page.getByLabel('Password', { exact: true })).toBeFocused();
});

test('leaving a page after its session was revoked elsewhere leads to a form with the name and the reason', async ({
  page,
  signedIn: _,
  newDevice,
  consoleGuard,
}) => {
  consoleGuard.allow(/status of 40[13]/);
  await page.goto('/order');
  const other = await newDevice({ as: 'admin' });
  expect((await other.request.delete('/api/sessions')).status()).toBe(204);
  await signInDialog(page).getByRole('button', { name: 'Leave this page' }).click();
  await expect(page).toHaveURL('/login?returnTo=%2Forder');
  await expect(page.getByText('You were signed out from another device.')).toBeVisible();
  await expect(page.getByLabel('Name', { exact: true })).toHaveValue('admin');
});

test('after the 14 days the form has the name and says that they have passed', async ({ page, signedIn }) => {
  await page.goto('/order');
  // As in a browser after 14 days: the cookies of the session are gone.
  for (const name of ['access_token', 'refresh_token', 'session_hint'] as const) await forgetCookie(signedIn, name);
  const [hint] = (await signedIn.cookies()).filter(({ name }) => name.endsWith('login_hint'));
  const said = JSON.parse(Buffer.from(hint?.value ?? '', 'base64url').toString());
  const value = Buffer.from(JSON.stringify({ ...said, expiresAt: 1 })).toString('base64url');
  await signedIn.addCookies(hint ? [{ ...hint, value }] : []);
  await page.goto('/order');
  await expect(page.getByText('A sign-in lasts 14 days, and yours is over.')).toBeVisible();
  await expect(page.getByLabel('Name', { exact: true })).toHaveValue('admin');
});

test('a form sent after the session was revoked shows the sign-in dialog and keeps its fields', async ({
  page,
  signedIn: _,
  newDevice,
  consoleGuard,
}) => {
  consoleGuard.allow(/status of 40[13]/);
  const note = uniqueNote();
  await fillOrder(page, note);
  const other = await newDevice({ as: 'admin' });
  expect((await other.request.delete('/api/sessions')).status()).toBe(204);
  await placeOrder(page);
  await expect(signInDialog(page)).toBeVisible();
  await expect(page).toHaveURL('/order/new');
  await expect(noteField(page)).toHaveValue(note);
});

test('a session revoked from another browser is refused at once, and its page shows the sign-in dialog within five seconds', async ({
  page,
  signedIn,
  newDevice,
  consoleGuard,
}) => {
  consoleGuard.allow(/status of 40[13]/);
  await page.clock.install();
  await page.goto('/order');
  const other = await newDevice({ as: 'admin' });
  const otherPage = await other.newPage();
  await otherPage.goto('/account');
  await otherPage.getByRole('button', { name: 'Sign out all others' }).click();
  await expect(otherPage.getByText('All other devices are signed out.')).toBeVisible();
  expect((await signedIn.request.get('/api/order')).status()).toBe(401);
  await page.clock.runFor(5_000);
  await expect(signInDialog(page)).toBeVisible();
});

test('a page whose session was revoked elsewhere and whose access token has expired is not refreshed any more', async ({
  page,
  signedIn,
  newDevice,
}) => {
  const other = await newDevice({ as: 'admin' });
  expect((await other.request.delete('/api/sessions')).status()).toBe(204);
  await expireAccess(signedIn);
  await page.goto('/order');
  await expect(page).toHaveURL('/login');
  expect(await ourCookies(signedIn)).toEqual({});
});
