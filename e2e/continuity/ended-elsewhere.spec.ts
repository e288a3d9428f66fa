import { expireAccess, ourCookies } from '../fixtures/cookies.ts';
import { fillOrder, noteField, placeButton, signInDialog, uniqueNote } from '../fixtures/pages.ts';
import { expect, test } from '../fixtures/test.ts';

test('a link clicked after the session was ended on the server leads to sign-in and back, without an error', async ({
  page,
  signedIn: _,
  newDevice,
  faultProxy,
}) => {
  await page.goto('/order?status=paid');
  // The page would notice by itself within seconds.
  faultProxy.fault({ path: '/api/session' }, { kind: 'hold', until: new Promise(() => {}) });
  const other = await newDevice({ as: 'admin' });
  expect((await other.request.delete('/api/sessions')).status()).toBe(204);
  await page.getByRole('link', { name: 'Account' }).click();
  await expect(page).toHaveURL('/login?returnTo=%2Faccount');
});

test('a form sent after the session was ended on the server shows the sign-in dialog and keeps its fields', async ({
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
  await placeButton(page).click();
  await expect(signInDialog(page)).toBeVisible();
  await expect(page).toHaveURL('/order/new');
  await expect(noteField(page)).toHaveValue(note);
});

test('a session ended from another browser is refused at once, and its page shows the sign-in dialog within five seconds', async ({
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
  await otherPage.getByRole('button', { name: 'End all others' }).click();
  await expect(otherPage.getByText('All other devices are signed out.')).toBeVisible();
  expect((await signedIn.request.get('/api/order')).status()).toBe(401);
  await page.clock.runFor(5_000);
  await expect(signInDialog(page)).toBeVisible();
});

test('a page whose session was ended elsewhere and whose access token has expired is renewed no more', async ({
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
