import type { Page } from 'playwright/test';
import { expect, KEPT_BROWSER, test } from './fixtures/test.ts';

const rows = 'th a[href^="/order/ORD-"]';

test.use(KEPT_BROWSER);

const heading = (page: Page) => page.getByRole('heading', { level: 1 });
const search = (page: Page) => page.getByRole('searchbox');

test('sorted by total the list has a heading for each currency, and says that they are not compared', async ({
  page,
}) => {
  await page.goto('/order?sort=total&limit=100');
  await expect(page.getByText('different currencies are not compared')).toBeVisible();
  await expect(page.getByRole('rowheader', { name: /^In [A-Z]{3}$/ }).first()).toHaveText('In EUR');
  const totals = await page.locator('tbody').first().locator('.cell-total').allTextContents();
  expect(totals.filter((total) => !total.startsWith('€'))).toEqual([]);
  const amounts = totals.map((total) => Number(total.replace(/[€,]/g, '')));
  expect(amounts).toEqual(amounts.toSorted((a, b) => a - b));
});

test('a search keeps the focus in its field, says how much it found, and titles the page', async ({ page }) => {
  await page.goto('/order');
  await search(page).fill('ash  CHAIR');
  await search(page).press('Enter');
  await expect(page).toHaveURL(/\?q=ash/);
  await expect(page.getByRole('status').filter({ hasText: /^\d+ found$/ })).toBeVisible();
  await expect(search(page)).toBeFocused();
  await expect(page).toHaveTitle('“ash CHAIR” · Orders · Tandem');
  await page.getByRole('link', { name: /^Delivered/ }).click();
  await expect(page).toHaveTitle('“ash CHAIR” · Delivered orders · Tandem');
});

test('an emptied search field shows the whole list again and goes on taking what is typed', async ({ page }) => {
  await page.goto('/order?q=chair&status=paid');
  await expect(page.getByText(/^\d+ found$/)).toBeVisible();
  // As the browser's own × does.
  await search(page).evaluate((field) => {
    if (!(field instanceof HTMLInputElement)) return;
    field.focus();
    field.value = '';
    field.dispatchEvent(new Event('input', { bubbles: true }));
  });
  await search(page).pressSequentially('la');
  await expect(page).toHaveURL('/order?status=paid');
  await expect(search(page)).toHaveValue('la');
  await page.goBack();
  await expect(page).toHaveURL(/q=chair/);
  await expect(search(page)).toHaveValue('chair');
});

test('when the control that had the focus goes, the focus is at the heading of the list', async ({ page }) => {
  await page.goto('/order?q=chair');
  await page.getByRole('link', { name: 'Clear' }).press('Enter');
  await expect(page).toHaveURL('/order');
  await expect(heading(page)).toBeFocused();
  await page.goto('/order?q=nothing-like-this');
  await page.getByRole('link', { name: 'Show all orders' }).press('Enter');
  await expect(page).toHaveURL('/order');
  await expect(heading(page)).toBeFocused();
});

test('a longer list says how much of it is shown and goes on at its first new row; the last page at its heading', async ({
  page,
}) => {
  await page.goto('/order?limit=80');
  await expect(page.getByText(/^1–80 of \d+$/)).toBeVisible();
  await page.getByRole('link', { name: 'Load more' }).press('Enter');
  await expect(page.getByText(/^1–100 of \d+$/)).toBeVisible();
  await expect(page.locator(rows)).toHaveCount(100);
  await expect(page.locator(rows).nth(80)).toBeFocused();
  await page.getByRole('link', { name: 'Next 100' }).press('Enter');
  await expect(page.getByText(/^101–200 of \d+$/)).toBeVisible();
  await expect(heading(page)).toBeFocused();
  await expect(heading(page)).toBeInViewport();
  await page.goBack();
  await expect(page.getByText(/^1–100 of \d+$/)).toBeVisible();
  await expect(page.locator(rows)).toHaveCount(100);
});

test('the way back from an order leads to the list as it was: filter, sort, rows, scroll, and the order in focus', async ({
  page,
}) => {
  await page.goto('/order?status=delivered&q=a&sort=-total&limit=60');
  const row = page.locator(rows).nth(45);
  const number = (await row.textContent()) ?? '';
  await row.scrollIntoViewIfNeeded();
  const top = await page.evaluate(() => scrollY);
  expect(top).toBeGreaterThan(0);
  await row.press('Enter');
  await expect(heading(page)).toHaveText(number);
  await page.reload();
  const back = page.getByRole('main').getByRole('link', { name: 'Orders', exact: true });
  await expect(back).toHaveAttribute('href', '/order?status=delivered&q=a&sort=-total&limit=60');
  await back.press('Enter');
  await expect(page).toHaveURL('/order?status=delivered&q=a&sort=-total&limit=60');
  await expect(page.locator(rows).nth(45)).toBeFocused();
  expect(Math.abs((await page.evaluate(() => scrollY)) - top)).toBeLessThanOrEqual(1);
});

test('the way back from an order that was opened in a tab of its own leads to the plain list', async ({
  page,
  context,
}) => {
  await page.goto('/order?status=paid');
  const opened = context.waitForEvent('page');
  await page
    .locator(rows)
    .first()
    .click({ modifiers: ['ControlOrMeta'] });
  const tab = await opened;
  await expect(tab.getByRole('main').getByRole('link', { name: 'Orders', exact: true })).toHaveAttribute(
    'href',
    '/order',
  );
  await expect(page).toHaveURL('/order?status=paid');
});

test('the text of a row can be selected, and a click on it still opens the order', async ({ page }) => {
  await page.goto('/order');
  const text = page.locator('.cell-items .cell').first();
  const summary = (await text.textContent()) ?? '';
  const box = (await text.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
  const middle = box.y + box.height / 2;
  await page.mouse.move(box.x + 1, middle);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width / 2, middle, { steps: 4 });
  await page.mouse.up();
  const selected = await page.evaluate(() => String(getSelection()));
  expect(selected.length).toBeGreaterThan(2);
  expect(summary).toContain(selected);
  await expect(page).toHaveURL('/order');
  await text.click();
  await expect(page).toHaveURL(/\/order\/ORD-/);
});

test('the number of a row can be selected although it is a link', async ({ page }) => {
  await page.goto('/order');
  const number = page.locator('.cell-number .cell').first();
  const box = (await number.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
  const middle = box.y + box.height / 2;
  await page.mouse.move(box.x + 1, middle);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width - 1, middle, { steps: 4 });
  await page.mouse.up();
  expect(await page.evaluate(() => String(getSelection()))).toMatch(/^ORD-\d+$/);
  await expect(page).toHaveURL('/order');
});

for (const [name, click] of [
  ['a click with Ctrl', { modifiers: ['ControlOrMeta'] }],
  ['a middle click', { button: 'middle' }],
] as const) {
  test(`${name} on any text of a row opens the order in another tab`, async ({ page, context }) => {
    await page.goto('/order');
    const number = await page.locator(rows).first().textContent();
    for (const cell of ['.cell-number', '.cell-items', '.cell-total']) {
      const opened = context.waitForEvent('page');
      const text = page.locator(`${cell} .cell`).first();
      await ('modifiers' in click ? text.click({ modifiers: [...click.modifiers] }) : text.click(click));
      await expect(heading(await opened)).toHaveText(number ?? '');
      await expect(page).toHaveURL('/order');
    }
  });
}
