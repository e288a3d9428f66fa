import type { RequestListener } from 'node:http';
import {
  cancelOrder,
  countOrders,
  openNewOrder,
  placeButton,
  placeOrder,
  reviewButton,
  reviewDialog,
} from './fixtures/pages.ts';
import { expect, KEPT_BROWSER, test } from './fixtures/test.ts';

const rows = 'th a[href^="/order/ORD-"]';

test.use(KEPT_BROWSER);

test('a filter, a search and a sort all stand in the address, and the back button undoes them', async ({ page }) => {
  await page.goto('/order');
  await page.getByRole('link', { name: /^Shipped/ }).click();
  await expect(page).toHaveURL('/order?status=shipped');
  await expect(page.getByRole('link', { name: /^Shipped/ })).toHaveAttribute('aria-current', 'true');
  const table = page.getByRole('table');
  await expect(table.getByText('Shipped', { exact: true }).first()).toBeVisible();
  await expect(table.getByText('Pending', { exact: true })).toHaveCount(0);
  await page.getByRole('link', { name: /^Total/ }).click();
  await expect(page).toHaveURL(/status=shipped&sort=-total|sort=-total&status=shipped/);
  await page.goBack();
  await expect(page).toHaveURL('/order?status=shipped');
  await page.keyboard.press('/');
  await expect(page.getByRole('searchbox')).toBeFocused();
  await page.getByRole('searchbox').fill('no such thing anywhere');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/q=no/);
  await expect(page.locator(rows)).toHaveCount(0);
});

test('an address with unreadable values still shows the list', async ({ page }) => {
  await page.goto('/order?status=lost&sort=name&cursor=nonsense&limit=-4');
  await expect(page.getByText('could not be read')).toBeVisible();
  await expect(page.locator(rows)).toHaveCount(20);
});

test('an order is placed once, though its button is clicked twice, and the page says so once', async ({
  page,
  faultProxy,
}) => {
  await page.goto('/order/new');
  await page.getByRole('button', { name: 'More: Cork tray' }).click();
  await page.getByRole('button', { name: 'More: Cork tray' }).click();
  await page.getByLabel(/^Note/).fill('Two trays, please.');
  await expect(page.getByLabel('Total', { exact: true })).toHaveText('€37.90');
  await reviewButton(page).dblclick();
  await expect(reviewDialog(page)).toContainText('Two trays, please.');
  expect(faultProxy.count({ method: 'POST', path: '/api/order' })).toBe(0);
  await placeButton(page).dblclick();
  await expect(page).toHaveURL(/\/order\/ORD-\d+$/);
  await expect(page.getByText(/ORD-\d+ is placed\./)).toBeVisible();
  await expect(page.getByText('Two trays, please.')).toBeVisible();
  expect(faultProxy.count({ method: 'POST', path: '/api/order' })).toBe(1);
  await page.reload();
  await expect(page.getByText(/is placed\./)).toHaveCount(0);
});

test('an order that was placed although the answer was lost, or broke off, is placed once after all', async ({
  page,
  baseURL,
  faultProxy,
  consoleGuard,
}) => {
  consoleGuard.allow(/ERR_EMPTY_RESPONSE|ERR_CONNECTION|ERR_INCOMPLETE|Failed to load resource/);
  for (const when of ['after', 'half-way'] as const) {
    const note = `Lost ${when} ${Date.now()}`;
    await page.goto('/order/new');
    await page.getByRole('button', { name: 'More: Desk lamp' }).click();
    await page.getByLabel(/^Note/).fill(note);
    const lost = faultProxy.fault({ method: 'POST', path: '/api/order' }, { kind: 'drop', when });
    await placeOrder(page);
    await expect.poll(lost.hits).toBeGreaterThan(1);
    lost.remove();
    await expect(page).toHaveURL(/\/order\/ORD-\d+$/);
    expect(await countOrders(page.context(), baseURL ?? '', note)).toBe(1);
  }
});

test('an order whose answers are all lost is kept with its key, so that placing it again places it once', async ({
  newDevice,
  baseURL,
  faultProxy,
  consoleGuard,
}) => {
  consoleGuard.allow(/ERR_EMPTY_RESPONSE|ERR_CONNECTION|Failed to load resource/);
  const page = await (await newDevice({ as: 'admin' })).newPage();
  await page.clock.install();
  const note = `Lost ${Date.now()}`;
  await page.goto('/order/new');
  await page.getByRole('button', { name: 'More: Desk lamp' }).click();
  await page.getByLabel(/^Note/).fill(note);
  const lost = faultProxy.fault({ method: 'POST', path: '/api/order' }, { kind: 'drop', when: 'after' });
  await placeOrder(page);
  // Each pause before the next try is skipped.
  await expect(async () => {
    await page.clock.runFor(5_000);
    await expect(reviewDialog(page).getByRole('alert')).toContainText('still placed only once', { timeout: 100 });
  }).toPass();
  lost.remove();
  await page.reload();
  await expect(page.getByLabel(/^Note/)).toHaveValue(note);
  await placeOrder(page);
  await expect(page).toHaveURL(/\/order\/ORD-\d+$/);
  expect(await countOrders(page.context(), baseURL ?? '', note)).toBe(1);
});

test('an order whose cancelling is answered only later is cancelled, and the page says nothing else', async ({
  page,
  faultProxy,
  consoleGuard,
}) => {
  consoleGuard.allow(/ERR_EMPTY_RESPONSE|ERR_CONNECTION|ERR_INVALID_HTTP|Failed to load resource|status of (409|503)/);
  await openNewOrder(page);
  const cancel = { method: 'POST', path: /\/cancel$/ };
  faultProxy.fault(cancel, { kind: 'drop', when: 'after' }, { times: 1 });
  faultProxy.fault(cancel, { kind: 'answer', status: 503 }, { times: 1 });
  await cancelOrder(page);
  await expect(page.getByText(/ORD-\d+ is cancelled\./)).toBeVisible();
  expect(faultProxy.requests(cancel).map(({ status }) => status)).toEqual([503, undefined, 409]);
  await expect(page.getByRole('button', { name: 'Cancel order' })).toHaveCount(0);
});

test('an order can be cancelled while its status allows; its dialog stays until the answer, and the page shows it without a reload', async ({
  page,
  faultProxy,
}) => {
  await openNewOrder(page);
  await page.evaluate(() => Object.assign(window, { notReloaded: true }));
  await page.getByRole('button', { name: 'Cancel order' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('Nothing will be shipped');
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  const { promise, resolve: release } = Promise.withResolvers<void>();
  const held = faultProxy.fault({ method: 'POST', path: /\/cancel$/ }, { kind: 'hold', until: promise });
  await cancelOrder(page);
  await expect.poll(held.hits).toBe(1);
  // Chromium closes a dialog at the second Escape, whatever the page does.
  for (let times = 0; times < 2; times += 1) await page.keyboard.press('Escape');
  await expect(dialog).toBeVisible();
  await dialog.getByRole('button', { name: 'Keep order' }).click({ force: true });
  await expect(dialog).toBeVisible();
  release();
  await expect(page.getByText(/ORD-\d+ is cancelled\./)).toBeVisible();
  await expect(dialog).toBeHidden();
  await expect(page.getByRole('button', { name: 'Cancel order' })).toHaveCount(0);
  expect(await page.evaluate(() => 'notReloaded' in window)).toBe(true);
});

test('cancelling an order that can no longer be cancelled says that it is too late', async ({
  page,
  faultProxy,
  consoleGuard,
}) => {
  consoleGuard.allow(/status of 409/);
  await openNewOrder(page);
  // No user action ships an order.
  const handle: RequestListener = (_, answer) => {
    answer.writeHead(409, { 'Content-Type': 'application/json' });
    answer.end(JSON.stringify({ error: 'order_not_cancellable', message: 'It was sent off.' }));
  };
  faultProxy.fault({ method: 'POST', path: /\/cancel$/ }, { kind: 'endpoint', handle });
  await cancelOrder(page);
  await expect(page.getByText('It was too late to cancel')).toBeVisible();
  await expect(page.getByText(/is cancelled\./)).toHaveCount(0);
});

test('a number that is no order, or another user’s order, is not found', async ({ page, newDevice, consoleGuard }) => {
  consoleGuard.allow(/status of 404/);
  const guest = await (await newDevice({ as: 'guest' })).newPage();
  await guest.goto('/order');
  const foreign = await guest.locator(rows).first().getAttribute('href');
  for (const path of ['/order/ORD-999999999', '/order/nonsense', '/order/%00', foreign ?? '']) {
    const answer = await page.goto(path);
    expect(answer?.status(), path).toBe(404);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(/There is no|nothing/i);
  }
});

test('text that looks like markup is shown as text', async ({ page }) => {
  const note = '<img src=x onerror="document.title=1"><b>bold</b>';
  await page.goto('/order/new');
  await page.getByRole('button', { name: 'More: Ash chair' }).click();
  await page.getByLabel(/^Note/).fill(note);
  await placeOrder(page);
  await expect(page).toHaveURL(/\/order\/ORD-\d+$/);
  await expect(page.getByText(note)).toBeVisible();
  await expect(page.locator('img[src="x"]')).toHaveCount(0);
});
