import { PLACE_ORDER, placeOrder } from './fixtures/pages.ts';
import { expect, KEPT_BROWSER, test } from './fixtures/test.ts';

test.use(KEPT_BROWSER);

test('on paper there is nothing to press, and a dark screen prints black on white', async ({ page }) => {
  for (const path of ['/order', '/order/ORD-000300', '/order/new', '/account']) {
    await page.emulateMedia({ media: 'screen', colorScheme: 'dark' });
    await page.goto(path);
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    await expect(page.getByRole('heading', { level: 1 })).toHaveCSS('color', 'rgb(0, 0, 0)');
    await expect(page.locator('html')).toHaveCSS('background-color', 'rgb(255, 255, 255)');
    await expect(page.getByRole('banner')).toBeHidden();
    await expect(page.locator('button, .button').filter({ visible: true }), path).toHaveCount(0);
  }
});

test('a new order on paper shows what is chosen, the whole note and the total', async ({ page }) => {
  await page.goto('/order/new');
  await page.getByLabel('Quantity: Cork tray').fill('12');
  const note = page.locator('#note');
  await note.fill('One line.\n'.repeat(20));
  await page.emulateMedia({ media: 'print' });
  await expect(page.getByLabel('Quantity: Cork tray')).toBeVisible();
  await expect(page.getByLabel('Total', { exact: true })).toHaveText('€227.40');
  expect(await note.evaluate(({ scrollHeight, clientHeight }) => scrollHeight - clientHeight)).toBe(0);
});

test('in the reader’s own colours what is selected, focused and first to press still differs', async ({ page }) => {
  await page.emulateMedia({ forcedColors: 'active' });
  await page.goto('/order?status=paid');
  const background = (name: string | RegExp) =>
    page.getByRole('link', { name }).evaluate((link) => getComputedStyle(link).backgroundColor);
  expect(await background('Account')).not.toBe(await background('Orders'));
  expect(await background(/^Shipped/)).not.toBe(await background(/^Paid/));
  expect(await background('New order')).not.toBe(await background('Account'));
  await page.keyboard.press('Tab');
  const outline = await page.evaluate(
    () => document.activeElement && getComputedStyle(document.activeElement).outlineStyle,
  );
  expect(outline).toBe('solid');
});

test('with less motion nothing moves while an order is sent, and the button says that it is busy', async ({
  page,
  faultProxy,
}) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.goto('/order/new');
  await page.getByRole('button', { name: 'More: Cork tray' }).click();
  const { promise, resolve: release } = Promise.withResolvers<void>();
  const held = faultProxy.fault(PLACE_ORDER, { kind: 'hold', until: promise });
  await placeOrder(page);
  await expect.poll(held.hits).toBe(1);
  const busy = page.getByRole('dialog').getByRole('button', { name: 'Placing the order' });
  const spinner = busy.locator('.spinner');
  expect(await spinner.evaluate((ring) => getComputedStyle(ring, '::before').content)).toBe('"…"');
  expect(await page.evaluate(() => document.getAnimations().map((animation) => animation.playState))).toEqual([]);
  release();
  await expect(page).toHaveURL(/\/order\/ORD-\d+$/);
});
