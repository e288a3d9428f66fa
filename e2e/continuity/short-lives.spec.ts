import { ourCookies } from '../fixtures/cookies.ts';
import {
  countOrders,
  fillOrder,
  noteField,
  placeOrder,
  signInAgain,
  signInDialog,
  uniqueNote,
} from '../fixtures/pages.ts';
import { expect, test } from '../fixtures/test.ts';

test.use({ serverEnv: { ACCESS_TOKEN_LIFETIME: '8s', REFRESH_TOKEN_LIFETIME: '20s' } });

test('when the refresh token runs out in the middle of work, the dialog signs in in place and the form is sent once', async ({
  page,
  signedIn,
  baseURL,
  consoleGuard,
}) => {
  test.slow();
  consoleGuard.allow(/status of 40[13]/);
  const note = uniqueNote();
  await fillOrder(page, note);
  const before = await ourCookies(signedIn);
  await expect(signInDialog(page)).toBeVisible({ timeout: 40_000 });
  await expect(page).toHaveURL('/order/new');
  expect((await ourCookies(signedIn)).refresh_token).toBeUndefined();
  const opened = await signedIn.newPage();
  await opened.goto('/order');
  await expect(opened).toHaveURL('/login');
  await signInAgain(page);
  await expect(signInDialog(page)).toBeHidden();
  await expect(noteField(page)).toHaveValue(note);
  await placeOrder(page);
  await expect(page).toHaveURL(/\/order\/ORD-\d+$/);
  expect(await countOrders(signedIn, baseURL ?? '', note)).toBe(1);
  const after = await ourCookies(signedIn);
  expect(after.refresh_token?.value).not.toBe(before.refresh_token?.value);
});
