import type { Page } from 'playwright/test';
import { noteField, openNewOrder, placeOrder } from './fixtures/pages.ts';
import { expect, KEPT_BROWSER, test } from './fixtures/test.ts';

const LONG = 'x'.repeat(60);

test.use(KEPT_BROWSER);

const overflow = (page: Page) =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

test('the exact time of an order and of its history can be read without pointing at anything', async ({ page }) => {
  await page.goto('/order');
  await page.locator('.row-link a').first().click();
  await expect(page.getByRole('heading', { level: 1, name: /^ORD-/ })).toBeVisible();
  for (const time of await page.locator('main time').all()) {
    await expect(time).toHaveText(/\d{1,2} [A-Z][a-z]{2} \d{4}\D+\d\d:\d\d/);
    await expect(time.locator('.instant-exact')).toBeVisible();
    expect((await time.locator('.instant-exact').boundingBox())?.width).toBeGreaterThan(20);
  }
});

test('a row of the list shows its exact time to a key that reaches it, and in cards to a finger', async ({ page }) => {
  await page.goto('/order');
  const exact = page.locator('.instant-exact').first();
  const width = async () => (await exact.boundingBox())?.width ?? 0;
  expect(await width()).toBeLessThanOrEqual(1);
  await page.getByRole('link', { name: /^Total/ }).focus();
  await page.keyboard.press('Tab');
  await expect(page.locator('.row-link a').first()).toBeFocused();
  expect(await width()).toBeGreaterThan(20);
  await page.setViewportSize({ width: 390, height: 800 });
  await page.evaluate(() => document.querySelector<HTMLElement>(':focus')?.blur());
  expect(await width()).toBeGreaterThan(20);
});

test('how long ago something was goes on while a page stays open, and the browser’s wrong clock does not count', async ({
  newDevice,
}) => {
  const page = await (await newDevice({ as: 'admin' })).newPage();
  await page.clock.install({ time: Date.now() + 3 * 3_600_000 });
  await openNewOrder(page);
  const placed = page.locator('main time').first();
  await expect(placed).toContainText('just now');
  await page.clock.runFor(2 * 60_000 + 30_000);
  await expect(placed).toContainText('2 minutes ago');
});

test('a name, an SKU, a note and a search of sixty letters without a blank make no page wider', async ({ page }) => {
  const expectNoOverflow = async (name: string) => {
    for (const width of [320, 390, 1280]) {
      await page.setViewportSize({ width, height: 800 });
      expect(await overflow(page), `${name}, ${width}`).toBeLessThanOrEqual(0);
    }
  };
  await page.goto('/order/new');
  await page.getByRole('button', { name: 'More: Oak shelf' }).click();
  await noteField(page).fill(LONG);
  await expectNoOverflow('new order');
  await placeOrder(page);
  await expect(page).toHaveURL(/\/order\/ORD-\d+$/);
  // No demo product has such a name.
  await page.locator('.line-table tbody th span').evaluateAll((spans, name) => {
    for (const span of spans) span.textContent = name;
  }, LONG);
  await expectNoOverflow('order');
  await page.goto(`/order?q=${LONG}`);
  await page.locator('.cell-items .cell').evaluateAll((cells, name) => {
    for (const cell of cells) cell.textContent = name;
  }, LONG);
  await expectNoOverflow('list');
  await page.goto('/order?q=nothing-like-this-'.padEnd(80, 'x'));
  await expectNoOverflow('empty list');
});

test('a printed order has number, status, exact times, lines, total, note and history, and nothing to press', async ({
  page,
}) => {
  await openNewOrder(page, 'Ring twice');
  await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
  await expect(page.getByRole('heading', { level: 1, name: /^ORD-/ })).toBeVisible();
  for (const text of ['Pending', 'Oak shelf', '1 × €124.50', 'Total', 'Ring twice', 'History']) {
    await expect(page.getByText(text, { exact: true }).first()).toBeVisible();
  }
  await expect(page.locator('main time').first()).toHaveText(/\d\d:\d\d/);
  await expect(page.getByText('just now').first()).toBeHidden();
  expect(await pressable(page)).toEqual([]);
  const [ink, paper] = await page.evaluate(() => {
    const { color, backgroundColor } = getComputedStyle(document.documentElement);
    return [color, backgroundColor];
  });
  expect([ink, paper]).toEqual(['rgb(0, 0, 0)', 'rgb(255, 255, 255)']);
});

test('a printed list has its words, its rows uncut, and nothing to press but its rows', async ({ page }) => {
  await page.goto('/order?status=paid&q=a');
  await page.emulateMedia({ media: 'print' });
  await page.setViewportSize({ width: 718, height: 1000 });
  await expect(page.getByText('“a” · Paid orders')).toBeVisible();
  expect(await pressable(page)).toEqual([]);
  await expect(page.getByRole('columnheader', { name: 'Number' })).toBeVisible();
  const cut = await page
    .locator('.order-table .cell')
    .evaluateAll((cells) => cells.filter((cell) => cell.scrollWidth > cell.clientWidth && cell.clientWidth > 0).length);
  expect(cut).toBe(0);
});

test('in colours that the reader has chosen, the current filter and the dots of the statuses are still seen', async ({
  page,
}) => {
  await page.goto('/order?status=paid');
  await page.emulateMedia({ forcedColors: 'active' });
  const background = (selector: string) =>
    page
      .locator(selector)
      .first()
      .evaluate((node) => getComputedStyle(node).backgroundColor);
  const canvas = await background('html');
  expect(await background('.filters [aria-current]')).not.toBe(await background('.filters a:not([aria-current])'));
  expect(await background('.status-dot')).not.toBe(canvas);
});

/** The controls that are still visible; links of rows and heads are text on paper. */
async function pressable(page: Page): Promise<string[]> {
  const seen = await page.locator('button, input, nav a, a.button, .back-link').all();
  const visible = [];
  for (const control of seen) if (await control.isVisible()) visible.push((await control.textContent()) ?? '');
  return visible;
}
