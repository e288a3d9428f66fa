import { cancelOrder, openNewOrder, placeAnOrder } from './fixtures/pages.ts';
import { expect, KEPT_BROWSER, test } from './fixtures/test.ts';

test.use(KEPT_BROWSER);

test.beforeEach(({ page }) => page.setViewportSize({ width: 390, height: 700 }));

test('a message about an action is in view, announced, and closed by keyboard without losing the place', async ({
  page,
}) => {
  await openNewOrder(page);
  await cancelOrder(page);
  const message = page.getByRole('status').filter({ hasText: /ORD-\d+ is cancelled\./ });
  await expect(message.locator('p')).toBeInViewport({ ratio: 1 });
  await expect(page.getByRole('button', { name: 'Cancel order' })).toHaveCount(0);
  await expect(page.getByRole('heading', { name: 'History' })).toBeFocused();
  const before = await page.evaluate(() => scrollY);
  await page.getByRole('button', { name: 'Close message' }).press('Enter');
  await expect(page.getByText(/is cancelled\./)).toHaveCount(0);
  await expect(page.getByRole('main')).toBeFocused();
  expect(await page.evaluate(() => scrollY)).toBe(before);
});

test('a message ends with its page: it is not on the next one, nor there after Back', async ({ page }) => {
  await placeAnOrder(page);
  await expect(page.getByText(/is placed\./)).toBeInViewport({ ratio: 1 });
  await page.getByRole('link', { name: 'Account' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Account' })).toBeVisible();
  await expect(page.getByText(/is placed\./)).toHaveCount(0);
  await page.goBack();
  await expect(page.getByRole('heading', { level: 1, name: /^ORD-/ })).toBeVisible();
  await expect(page.getByText(/is placed\./)).toHaveCount(0);
});

test('a message about one action ends when the next begins', async ({ page }) => {
  await placeAnOrder(page);
  await expect(page.getByText(/is placed\./)).toBeVisible();
  await page.getByRole('button', { name: 'Cancel order' }).click();
  await expect(page.getByRole('dialog')).toBeVisible();
  await expect(page.getByText(/is placed\./)).toHaveCount(0);
});

test('a control that gets the focus by keyboard is not behind the message', async ({ page }) => {
  await placeAnOrder(page);
  await expect(page.getByText(/is placed\./)).toBeVisible();
  const button = page.getByRole('button', { name: 'Cancel order' });
  for (let stops = 0; stops < 30 && !(await button.evaluate((node) => node === document.activeElement)); stops += 1) {
    await page.keyboard.press('Tab');
  }
  await expect(button).toBeFocused();
  const [covering, covered] = await Promise.all([page.locator('.flash').boundingBox(), button.boundingBox()]);
  expect((covered?.y ?? 0) + (covered?.height ?? 0)).toBeLessThanOrEqual(covering?.y ?? 0);
});
