/** The oldest browsers of `browserslist`, simulated by removing newer interfaces. */
import { forgetCookie } from './fixtures/cookies.ts';
import { fillOrder, placeOrder, signInByForm, signOutButton, uniqueNote } from './fixtures/pages.ts';
import { expect, test } from './fixtures/test.ts';

test.beforeEach(async ({ context }) => {
  await context.addInitScript(() => {
    const lacking: [object, string[]][] = [
      [globalThis, ['BroadcastChannel', 'requestIdleCallback', 'URLPattern', 'cookieStore', 'Iterator', 'navigation']],
      [AbortSignal, ['any']],
      [Response, ['json']],
      [URL, ['canParse', 'parse']],
      [Promise, ['withResolvers', 'try']],
      [Object, ['groupBy']],
      [Map, ['groupBy']],
      [Array, ['fromAsync']],
      [Set.prototype, ['union', 'intersection', 'difference', 'isSubsetOf']],
      [Object.getPrototypeOf(Object.getPrototypeOf([].values())), ['map', 'filter', 'toArray', 'some', 'find']],
      [Navigator.prototype, ['locks']],
      [Document.prototype, ['startViewTransition']],
      [Element.prototype, ['checkVisibility']],
    ];
    for (const [owner, names] of lacking) for (const name of names) Reflect.deleteProperty(owner, name);
  });
});

test('people sign in, look around, place an order and sign out in the oldest supported browsers', async ({
  page,
  context,
}) => {
  await page.goto('/login');
  expect(await page.evaluate(() => ['BroadcastChannel' in window, 'any' in AbortSignal, 'locks' in navigator])).toEqual(
    [false, false, false],
  );
  await signInByForm(page);
  await expect(page).toHaveURL('/order');
  await page.getByRole('link', { name: /^Paid/ }).click();
  await expect(page).toHaveURL('/order?status=paid');
  await fillOrder(page, uniqueNote());
  await placeOrder(page);
  await expect(page).toHaveURL(/\/order\/ORD-\d+$/);
  await forgetCookie(context, 'access_token');
  await page.goto('/account');
  await expect(page).toHaveURL('/account');
  await signOutButton(page).click();
  await expect(page).toHaveURL('/login');
});
