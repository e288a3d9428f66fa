import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright/test';
import { expect, KEPT_BROWSER, test } from './fixtures/test.ts';

const SIGNED_IN = [
  '/order',
  '/order?q=nothing-like-this',
  '/order/ORD-000300',
  '/order/new',
  '/account',
  '/order/ORD-999999999',
  '/nowhere',
];
const COLOUR_SCHEMES = ['light', 'dark'] as const;
/** The only rule whose result depends on the colour scheme. */
const CONTRAST = 'color-contrast';
const VIEWPORTS = [
  { width: 1280, height: 900 },
  { width: 390, height: 844 },
];

test.use({ allowedErrors: [/status of 40[14]/] });

/** In both colour schemes, on a desktop and on a phone. */
async function barriersOn(page: Page): Promise<string[]> {
  const barriers: string[] = [];
  for (const viewport of VIEWPORTS) {
    await page.setViewportSize(viewport);
    for (const colorScheme of COLOUR_SCHEMES) {
      await page.emulateMedia({ colorScheme });
      // During the transition between the schemes there are intermediate colours without contrast.
      await page.evaluate(() => {
        const transitions = document.getAnimations().filter((animation) => animation instanceof CSSTransition);
        return Promise.allSettled(transitions.map(({ finished }) => finished));
      });
      // No frames of other origins to visit, and so no page of its own for the result.
      const axe = new AxeBuilder({ page }).setLegacyMode();
      const { violations } = await (colorScheme === 'light' ? axe : axe.withRules(CONTRAST)).analyze();
      for (const { id, nodes } of violations) {
        const where = `${colorScheme}, ${viewport.width} pixels wide`;
        barriers.push(...nodes.map((node) => `${where}: ${id}: ${node.target.join(' ')} ${node.failureSummary}`));
      }
    }
  }
  return barriers;
}

test('the sign-in page has no barrier, with an error shown too', async ({ page }) => {
  await page.goto('/login');
  expect(await barriersOn(page)).toEqual([]);
  await page.getByLabel('Name', { exact: true }).fill('admin');
  await page.getByLabel('Password', { exact: true }).fill('wrong');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByText('Wrong name or password.')).toBeVisible();
  expect(await barriersOn(page)).toEqual([]);
});

test.describe('signed in', () => {
  test.use(KEPT_BROWSER);

  for (const path of SIGNED_IN) {
    test(`${path} has no barrier`, async ({ page }) => {
      await page.goto(path);
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
      expect(await barriersOn(page)).toEqual([]);
    });
  }

  test('the dialog before an order is cancelled has no barrier', async ({ page }) => {
    await page.goto('/order?status=pending');
    await page.locator('a[href^="/order/ORD-"]').first().click();
    await page.getByRole('button', { name: 'Cancel order' }).click();
    await expect(page.getByRole('dialog')).toBeVisible();
    expect(await barriersOn(page)).toEqual([]);
  });
});
