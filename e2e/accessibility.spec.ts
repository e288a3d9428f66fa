import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright/test';
import { expect, test } from './fixtures/test.ts';

const SIGNED_IN = [
  '/order',
  '/order?q=nothing-like-this',
  '/order/ORD-000300',
  '/order/new',
  '/account',
  '/order/ORD-999999999',
  '/nowhere',
];

async function violationsOn(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.target.join(' ')} ${node.failureSummary}`),
  );
}

for (const colorScheme of ['light', 'dark'] as const) {
  for (const [device, viewport] of [
    ['a desktop', { width: 1280, height: 900 }],
    ['a phone', { width: 390, height: 844 }],
  ] as const) {
    test.describe(`in ${colorScheme} colours on ${device}`, () => {
      test.use({ colorScheme, viewport, allowedErrors: [/status of 40[14]/] });

      test('the sign-in page has no barrier, with an error shown too', async ({ page }) => {
        await page.goto('/login');
        expect(await violationsOn(page)).toEqual([]);
        await page.getByLabel('Name', { exact: true }).fill('admin');
        await page.getByLabel('Password', { exact: true }).fill('wrong');
        await page.getByRole('button', { name: 'Sign in' }).click();
        await expect(page.getByText('Wrong name or password.')).toBeVisible();
        expect(await violationsOn(page)).toEqual([]);
      });

      for (const path of SIGNED_IN) {
        test(`${path} has no barrier`, async ({ page, signedIn: _ }) => {
          await page.goto(path);
          await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
          expect(await violationsOn(page)).toEqual([]);
        });
      }

      test('the question before an order is cancelled has no barrier', async ({ page, signedIn: _ }) => {
        await page.goto('/order?status=pending');
        await page.locator('a[href^="/order/ORD-"]').first().click();
        await page.getByRole('button', { name: 'Cancel order' }).click();
        await expect(page.getByRole('dialog')).toBeVisible();
        expect(await violationsOn(page)).toEqual([]);
      });
    });
  }
}
