import AxeBuilder from '@axe-core/playwright';
import type { BrowserContext, Page } from 'playwright/test';
import { ourCookies } from '../fixtures/cookies.ts';
import {
  countOrders,
  fillOrder,
  noteField,
  PLACE_ORDER,
  placeOrder,
  shownUser,
  signInAgain,
  signInByForm,
  signInDialog,
  uniqueNote,
} from '../fixtures/pages.ts';
import { expect, REFRESH, test } from '../fixtures/test.ts';

test.beforeEach(({ consoleGuard }) => consoleGuard.allow(/status of 40[13]/));

/** Revoke the session from another device, so that this browser gets no message. */
async function endSession(newDevice: (options: { as: 'admin' }) => Promise<BrowserContext>): Promise<void> {
  const other = await newDevice({ as: 'admin' });
  expect((await other.request.delete('/api/sessions')).status()).toBe(204);
}

/** Place an order that waits for a new sign-in. */
async function placeOrderThatWaits(page: Page): Promise<void> {
  await placeOrder(page);
  await expect(signInDialog(page)).toBeVisible();
}

test('signing in in the dialog sends the waiting order exactly once, and begins a new cycle', async ({
  page,
  signedIn,
  baseURL,
  newDevice,
  faultProxy,
}) => {
  const note = uniqueNote();
  await fillOrder(page, note);
  const before = await ourCookies(signedIn);
  await endSession(newDevice);
  await placeOrderThatWaits(page);
  await signInAgain(page);
  await expect(page).toHaveURL(/\/order\/ORD-\d+$/);
  expect(await countOrders(signedIn, baseURL ?? '', note)).toBe(1);
  expect(faultProxy.requests(PLACE_ORDER).map(({ status }) => status)).toEqual([401, 201]);
  const after = await ourCookies(signedIn);
  expect(after.refresh_token?.value).not.toBe(before.refresh_token?.value);
  expect(after.refresh_token?.expires).toBeGreaterThan(before.refresh_token?.expires ?? Number.POSITIVE_INFINITY);
});

test('a wrong password in the dialog says so and loses nothing', async ({ page, signedIn, baseURL, newDevice }) => {
  const note = uniqueNote();
  await fillOrder(page, note);
  await endSession(newDevice);
  await placeOrderThatWaits(page);
  await signInAgain(page, 'wrong');
  await expect(signInDialog(page).getByText('Wrong name or password.')).toBeVisible();
  await signInAgain(page);
  await expect(page).toHaveURL(/\/order\/ORD-\d+$/);
  expect(await countOrders(signedIn, baseURL ?? '', note)).toBe(1);
});

test('the dialog names the user, holds the focus, and has no accessibility fault', async ({
  page,
  signedIn: _,
  newDevice,
}) => {
  await fillOrder(page, uniqueNote());
  await endSession(newDevice);
  await placeOrderThatWaits(page);
  const dialog = signInDialog(page);
  await expect(dialog.getByLabel('Name', { exact: true })).toHaveValue('admin');
  await expect(dialog.getByLabel('Password', { exact: true })).toBeFocused();
  const { violations } = await new AxeBuilder({ page }).include('dialog').analyze();
  expect(violations.map(({ id }) => id)).toEqual([]);
});

test('signing in again in one tab sends the waiting requests of every tab, each exactly once', async ({
  page,
  signedIn,
  baseURL,
  newDevice,
  faultProxy,
  consoleGuard,
}) => {
  const note = uniqueNote();
  await fillOrder(page, note);
  const second = await signedIn.newPage();
  await second.goto('/order?status=pending');
  await second.getByRole('link', { name: /^ORD-/ }).first().click();
  await second.getByRole('button', { name: 'Cancel order' }).click();
  const idle = await signedIn.newPage();
  await idle.goto('/order');
  // No page may notice before both have clicked.
  consoleGuard.allow(/status of 503/);
  faultProxy.fault({ path: '/api/session' }, { kind: 'answer', status: 503 });
  await endSession(newDevice);
  const bothHaveClicked = Promise.withResolvers<void>();
  faultProxy.fault(REFRESH, { kind: 'hold', until: bothHaveClicked.promise });
  await placeOrder(page);
  await second.getByRole('dialog').getByRole('button', { name: 'Cancel order' }).click();
  // The second request is refused too, or waits because of the first refusal.
  const changes = { method: 'POST', path: /^\/api\/order/ };
  await expect.poll(() => faultProxy.requests(changes).map(({ status }) => status)).toContain(401);
  bothHaveClicked.resolve();
  for (const tab of [page, second, idle]) await expect(signInDialog(tab)).toBeVisible();
  await signInAgain(page);
  await expect(page).toHaveURL(/\/order\/ORD-\d+$/);
  await expect(second.getByText(/is cancelled\./)).toBeVisible();
  await expect(signInDialog(idle)).toBeHidden();
  const done = faultProxy.requests(changes).filter(({ status }) => status !== 401);
  expect(done.map(({ status }) => status).sort()).toEqual([200, 201]);
  expect(await countOrders(signedIn, baseURL ?? '', note)).toBe(1);
});

test('dismissing the dialog leads to sign-in and back to the form with everything in it', async ({
  page,
  signedIn,
  baseURL,
  newDevice,
}) => {
  const note = uniqueNote();
  await fillOrder(page, note);
  await endSession(newDevice);
  await placeOrderThatWaits(page);
  await page.keyboard.press('Escape');
  await expect(page).toHaveURL('/login?returnTo=%2Forder%2Fnew');
  await signInByForm(page);
  await expect(page).toHaveURL('/order/new');
  await expect(noteField(page)).toHaveValue(note);
  expect(await countOrders(signedIn, baseURL ?? '', note)).toBe(0);
});

test('when another user signs in instead, the waiting order is dropped and the page is rendered for them', async ({
  page,
  signedIn,
  baseURL,
  newDevice,
}) => {
  const note = uniqueNote();
  await fillOrder(page, note);
  await endSession(newDevice);
  await placeOrderThatWaits(page);
  const other = await signedIn.newPage();
  await other.goto('/login');
  await signInByForm(other, 'guest');
  await expect(shownUser(page)).toHaveText('Signed in as guest');
  await expect(noteField(page)).toHaveValue('');
  expect(await countOrders(signedIn, baseURL ?? '', note)).toBe(0);
  await signedIn.clearCookies();
  await page.goto('/login');
  await signInByForm(page);
  await expect(shownUser(page)).toHaveText('Signed in as admin');
  expect(await countOrders(signedIn, baseURL ?? '', note)).toBe(0);
});

test('a session that has ended is not refreshed repeatedly', async ({ page, signedIn: _, newDevice, faultProxy }) => {
  await page.clock.install();
  await fillOrder(page, uniqueNote());
  await endSession(newDevice);
  await placeOrderThatWaits(page);
  const before = faultProxy.count(REFRESH);
  await page.clock.runFor(60_000);
  expect(faultProxy.count(REFRESH)).toBe(before);
});
