import type { Page } from 'playwright/test';
import { fillOrder, noteField, shownUser, signOutButton, uniqueNote } from '../fixtures/pages.ts';
import { USERS } from '../fixtures/sign-in.ts';
import { expect, test } from '../fixtures/test.ts';

function keptDrafts(page: Page): Promise<string[]> {
  return page.evaluate(() => Object.keys(localStorage).filter((key) => key.includes('draft')));
}

test('a new order survives a crash of its tab', async ({ page, signedIn }) => {
  const note = uniqueNote();
  await fillOrder(page, note);
  const crashed = page.waitForEvent('crash');
  void page.goto('chrome://crash').catch(() => {});
  await crashed;
  const again = await signedIn.newPage();
  await again.goto('/order/new');
  await expect(noteField(again)).toHaveValue(note);
  await expect(again.getByLabel('Quantity: Cork tray')).toHaveValue('1');
});

test('one user’s draft is not shown to another, and is shown again to the first', async ({
  page,
  signedIn,
  baseURL,
}) => {
  const note = uniqueNote();
  await fillOrder(page, note);
  await signedIn.request.post(`${baseURL}/api/login`, { data: USERS.guest });
  await page.goto('/order/new');
  await expect(shownUser(page)).toHaveText('Signed in as guest');
  await expect(noteField(page)).toHaveValue('');
  await signedIn.request.post(`${baseURL}/api/login`, { data: USERS.admin });
  await page.goto('/order/new');
  await expect(noteField(page)).toHaveValue(note);
});

test('signing out removes the draft', async ({ page, signedIn: _ }) => {
  await fillOrder(page, uniqueNote());
  expect(await keptDrafts(page)).toHaveLength(1);
  await signOutButton(page).click();
  await expect(page).toHaveURL('/login');
  expect(await keptDrafts(page)).toEqual([]);
});
