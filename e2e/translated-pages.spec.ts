import type { Page } from 'playwright/test';
import { placeOrder, reviewButton, reviewDialog, uniqueNote } from './fixtures/pages.ts';
import { USERS } from './fixtures/sign-in.ts';
import { expect, test } from './fixtures/test.ts';
import { translated, translatePages } from './fixtures/translator.ts';

test.beforeEach(async ({ context }) => translatePages(context));

/** Resolve when the page is translated. */
async function open(page: Page, path: string): Promise<void> {
  await page.goto(path);
  await expect(page.locator('html')).toHaveClass(/translated/);
}

test('a translated sign-in page shows and hides the password, says what was wrong, and signs in', async ({
  page,
  consoleGuard,
}) => {
  consoleGuard.allow(/status of 401/);
  await open(page, '/login');
  const toggle = page.getByRole('button', { name: /password/ });
  await expect(toggle).toContainText(translated('Show'));
  await toggle.click();
  await expect(toggle).toContainText(translated('Hide'));
  await toggle.click();
  await expect(toggle).toContainText(translated('Show'));
  await page.getByLabel('Name').fill(USERS.admin.name);
  await page.locator('#pwd').fill('wrong');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByText('Wrong name or password.')).toHaveText(translated('Wrong name or password.'));
  await page.locator('#pwd').fill(USERS.admin.pwd);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page).toHaveURL('/order');
});

test('a translated new order counts on, asks for what is missing, and is placed', async ({ page, signedIn: _ }) => {
  await open(page, '/order/new');
  await expect(page.getByText('Total, 0 pieces')).toHaveText(translated('Total, 0 pieces'));
  await reviewButton(page).click();
  await expect(page.getByText('Choose at least one product first.')).toBeVisible();
  await page.getByRole('button', { name: 'More: Cork tray' }).click();
  await page.getByRole('button', { name: 'More: Cork tray' }).click();
  await expect(page.getByText('Total, 2 pieces')).toHaveText(translated('Total, 2 pieces'));
  await expect(page.getByText('Choose at least one product first.')).toHaveCount(0);
  await expect(page.getByText('Not in this order, which is in EUR').first()).toBeVisible();
  await page.getByLabel('Quantity: Cork tray').fill('1,5');
  await expect(page.getByText('Write a whole number from 0 to 999.')).toBeVisible();
  await page.getByLabel('Quantity: Cork tray').fill('0');
  await expect(page.getByText('Total, 0 pieces')).toBeVisible();
  await expect(page.getByText('Not in this order, which is in EUR')).toHaveCount(0);
  await page.getByLabel('Quantity: Cork tray').fill('1');
  const note = uniqueNote();
  await page.locator('#note').fill(note);
  await reviewButton(page).click();
  await expect(reviewDialog(page).getByText('Cork tray')).toHaveText('Cork tray');
  await expect(reviewDialog(page).getByText('Total, 1 piece')).toHaveText(translated('Total, 1 piece'));
  await page.keyboard.press('Escape');
  await placeOrder(page);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(/^ORD-\d+$/);
});

test('a translated order is cancelled, and its page says so', async ({ page, signedIn: _ }) => {
  await open(page, '/order/new');
  await page.getByRole('button', { name: 'More: Oak shelf' }).click();
  await placeOrder(page);
  await page.getByRole('button', { name: 'Cancel order' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Keep order' }).click();
  await page.getByRole('button', { name: 'Cancel order' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel order' }).click();
  await expect(page.getByText(/is cancelled\./)).toHaveText(/^‹ORD-\d+ is cancelled\.›$/);
  await expect(page.getByText('Still to come')).toHaveCount(0);
});

test('a translated list is filtered, searched and sorted, and its counts are those of what it shows', async ({
  page,
  signedIn: _,
}) => {
  await open(page, '/order');
  const heading = page.getByRole('heading', { level: 1 });
  const count = heading.locator('..').getByRole('status');
  const all = await count.textContent();
  await page.getByRole('link', { name: /Shipped/ }).click();
  await expect(page).toHaveURL(/status=shipped/);
  await expect(count).not.toHaveText(all ?? '');
  await page.getByRole('searchbox').fill('no such thing anywhere');
  await page.keyboard.press('Enter');
  await expect(page.getByText(/No shipped orders match/)).toBeVisible();
  await expect(count).toContainText(/^\D*0\D/);
  await page.getByRole('link', { name: 'Show all orders' }).click();
  await page
    .getByRole('link', { name: /Placed/ })
    .first()
    .click();
  await expect(page).toHaveURL(/sort=/);
  await page.getByRole('link', { name: /^ORD-/ }).first().click();
  await expect(heading).toHaveText(/^ORD-\d+$/);
});

test('a translated account page counts on, refuses a password, and is left', async ({
  page,
  signedIn: _,
  consoleGuard,
}) => {
  consoleGuard.allow(/status of 40[01]/);
  await open(page, '/account');
  const toggle = page.getByRole('button', { name: /new password/ });
  await toggle.click();
  await expect(toggle).toContainText(translated('Hide'));
  await page.locator('#current').fill(USERS.admin.pwd);
  await page.locator('#new').fill('short');
  await page.getByRole('button', { name: 'Change password' }).click();
  await expect(page.getByRole('alert').filter({ hasText: /characters\.›$/ })).toBeVisible();
  await page.getByRole('banner').getByRole('button', { name: 'Sign out' }).click();
  await expect(page).toHaveURL('/login');
});
