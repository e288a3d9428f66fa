import type { Page } from 'playwright/test';
import { noteField, PLACE_ORDER, placeButton, placeOrder, reviewButton, reviewDialog } from './fixtures/pages.ts';
import { expect, KEPT_BROWSER, test } from './fixtures/test.ts';

test.use(KEPT_BROWSER);

test.beforeEach(async ({ page }) => {
  await page.goto('/order/new');
});

const trays = (page: Page) => page.getByRole('spinbutton', { name: 'Quantity: Cork tray' });
const total = (page: Page) => page.getByLabel('Total', { exact: true });

test('Enter in a quantity or in the note places nothing and asks nothing', async ({ page, faultProxy }) => {
  await trays(page).fill('0012');
  await trays(page).press('Enter');
  await expect(trays(page)).toHaveValue('12');
  await expect(trays(page)).toBeFocused();
  await expect(total(page)).toHaveText('€227.40');
  await noteField(page).fill('Ring twice.');
  await noteField(page).press('Enter');
  await expect(noteField(page)).toHaveValue('Ring twice.\n');
  // Some phone keyboards do not name the key.
  await page
    .getByRole('main')
    .locator('form')
    .evaluate((form) => form instanceof HTMLFormElement && form.requestSubmit());
  await expect(reviewDialog(page)).toHaveCount(0);
  expect(faultProxy.count(PLACE_ORDER)).toBe(0);
});

test('an order is looked over before it is placed, and going back keeps it', async ({ page, faultProxy }) => {
  await trays(page).fill('2');
  await noteField(page).fill('Ring twice.');
  await reviewButton(page).click();
  for (const text of ['Cork tray', '2 × €18.95', '€37.90', 'Total, 2 pieces', 'Ring twice.']) {
    await expect(reviewDialog(page)).toContainText(text);
  }
  await reviewDialog(page).getByRole('button', { name: 'Back to the list' }).click();
  await expect(reviewDialog(page)).toBeHidden();
  await expect(reviewButton(page)).toBeFocused();
  await expect(trays(page)).toHaveValue('2');
  expect(faultProxy.count(PLACE_ORDER)).toBe(0);
  await placeOrder(page);
  await expect(page).toHaveURL(/\/order\/ORD-\d+$/);
  expect(faultProxy.count(PLACE_ORDER)).toBe(1);
});

test('Enter pressed twice on the way to the review places nothing', async ({ page, faultProxy }) => {
  await trays(page).fill('2');
  await reviewButton(page).focus();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Enter');
  await expect(reviewDialog(page)).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(reviewDialog(page)).toBeHidden();
  expect(faultProxy.count(PLACE_ORDER)).toBe(0);
});

test('while an order is being placed its review cannot be left as if it were not', async ({ page, faultProxy }) => {
  await trays(page).fill('1');
  const { promise, resolve: release } = Promise.withResolvers<void>();
  const held = faultProxy.fault(PLACE_ORDER, { kind: 'hold', until: promise });
  await reviewButton(page).click();
  await placeButton(page).focus();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Enter');
  await expect.poll(held.hits).toBe(1);
  for (let times = 0; times < 2; times += 1) await page.keyboard.press('Escape');
  await expect(reviewDialog(page)).toBeVisible();
  await reviewDialog(page).getByRole('button', { name: 'Back to the list' }).click({ force: true });
  await expect(reviewDialog(page)).toBeVisible();
  release();
  await expect(page).toHaveURL(/\/order\/ORD-\d+$/);
  expect(faultProxy.count(PLACE_ORDER)).toBe(1);
});

test('what cannot be read as a quantity stays, says so, and is not looked over', async ({ page }) => {
  for (const typed of ['1,5', '1.5', '1 000', '-3', '1e3', '1000', '12 pcs']) {
    await trays(page).fill(typed);
    await trays(page).press('Enter');
    await expect(trays(page)).toHaveValue(typed);
    await expect(trays(page)).toHaveAccessibleDescription('Write a whole number from 0 to 999.');
    await reviewButton(page).click();
    await expect(trays(page)).toBeFocused();
  }
  await expect(reviewDialog(page)).toHaveCount(0);
  await trays(page).fill('１２');
  await expect(page.getByText('Write a whole number from 0 to 999.')).toHaveCount(0);
  await expect(page.getByRole('main').getByRole('alert').filter({ hasText: /./ })).toHaveCount(0);
  await noteField(page).focus();
  await expect(trays(page)).toHaveValue('12');
  await expect(total(page)).toHaveText('€227.40');
});

test('arrow and page keys change a quantity within what can be ordered', async ({ page }) => {
  await trays(page).focus();
  const keys: [string, string][] = [
    ['ArrowDown', '0'],
    ['ArrowUp', '1'],
    ['PageUp', '11'],
    ['ArrowDown', '10'],
    ['PageDown', '0'],
  ];
  for (const [key, value] of keys) {
    await page.keyboard.press(key);
    await expect(trays(page)).toHaveValue(value);
  }
  await trays(page).fill('995');
  await page.keyboard.press('PageUp');
  await expect(trays(page)).toHaveValue('999');
  await page.keyboard.press('ArrowUp');
  await expect(trays(page)).toHaveAttribute('aria-valuenow', '999');
});

test('the sentence that asks for a product goes when one is chosen', async ({ page }) => {
  const sentence = page.getByText('Choose at least one product first.');
  await reviewButton(page).click();
  await expect(sentence).toBeVisible();
  await page.getByRole('button', { name: 'More: Cork tray' }).click();
  await expect(sentence).toHaveCount(0);
});

test('on a phone no stop of the keyboard is hidden behind what stays in sight', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 700 });
  const covered: string[] = [];
  await page.evaluate(() => {
    document.body.tabIndex = -1;
    document.body.focus();
  });
  for (const key of ['Tab', 'Shift+Tab']) {
    let stops = 0;
    for (; stops < 200; stops += 1) {
      await page.keyboard.press(key);
      const stop = await page.evaluate(() => {
        const element = document.activeElement;
        if (!element || element === document.body) return null;
        const { left, right, top, bottom } = element.getBoundingClientRect();
        const name = element.getAttribute('aria-label') ?? element.textContent ?? '';
        const hits = [top + 2, (top + bottom) / 2, bottom - 2].map((y) =>
          document.elementFromPoint((left + right) / 2, y),
        );
        return { name, isCovered: !hits.every((hit) => hit && element.contains(hit)) };
      });
      if (!stop) break;
      if (stop.isCovered) covered.push(`${key}: ${stop.name}`);
    }
    expect(stops).toBeGreaterThan(20);
    expect(stops).toBeLessThan(200);
  }
  expect(covered).toEqual([]);
});

test('zoomed to 200 % nothing but the page itself takes room', async ({ page }) => {
  await page.setViewportSize({ width: 640, height: 360 });
  await trays(page).fill('1');
  await page.getByLabel('Quantity: Wool rug, 140 × 200 cm').scrollIntoViewIfNeeded();
  const staying = await page.evaluate(() =>
    [...document.querySelectorAll('body *')]
      .filter((element) => ['sticky', 'fixed'].includes(getComputedStyle(element).position))
      .filter((element) => element.textContent !== '')
      .map((element) => element.className),
  );
  expect(staying).toEqual([]);
});
