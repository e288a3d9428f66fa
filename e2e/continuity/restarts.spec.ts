import type { Page } from 'playwright/test';
import { expireAccess, ourCookies } from '../fixtures/cookies.ts';
import {
  countOrders,
  fillOrder,
  PLACE_ORDER,
  placeButton,
  reviewButton,
  reviewDialog,
  uniqueNote,
} from '../fixtures/pages.ts';
import { signIn } from '../fixtures/sign-in.ts';
import { expect, SHORT_ACCESS, test } from '../fixtures/test.ts';

test.use(SHORT_ACCESS);

/** Press the button as long as the page asks for it, until the order is shown. */
async function placeUntilPlaced(page: Page): Promise<void> {
  const order = page.getByRole('heading', { name: /^ORD-/ });
  await expect(async () => {
    if (!/\/order\/ORD-\d+$/.test(page.url())) {
      if (!(await reviewDialog(page).isVisible())) await reviewButton(page).click({ timeout: 1_000 });
      await placeButton(page).click({ timeout: 1_000 });
    }
    await expect(order).toBeVisible({ timeout: 2_000 });
  }).toPass({ timeout: 80_000 });
}

test.beforeEach(({ consoleGuard }) =>
  consoleGuard.allow(
    // 405: the token expired while the router requested a page; the browser then opens the page.
    /status of (401|405|503)/,
    /ChunkLoadError/,
    /ERR_(EMPTY_RESPONSE|INCOMPLETE_CHUNKED_ENCODING|INVALID_HTTP_RESPONSE|CONNECTION|SOCKET)/,
  ),
);

test('a restart while an order is being sent and the access token is about to expire keeps the user signed in, and loses and doubles nothing', async ({
  page,
  signedIn,
  baseURL,
  server,
  faultProxy,
}) => {
  test.slow();
  const before = await ourCookies(signedIn);
  for (const end of ['restart', 'kill'] as const) {
    const note = uniqueNote();
    await fillOrder(page, note);
    const sent = faultProxy.count(PLACE_ORDER);
    const placed = placeUntilPlaced(page);
    await expect.poll(() => faultProxy.count(PLACE_ORDER)).toBeGreaterThan(sent);
    if (end === 'kill') await server.kill();
    await server.restart();
    await placed;
    expect(await countOrders(signedIn, baseURL ?? '', note)).toBe(1);
  }
  expect((await ourCookies(signedIn)).refresh_token?.value).toBe(before.refresh_token?.value);
  expect(faultProxy.count({ path: '/login' })).toBe(0);
});

test('a rolling change of secrets keeps users signed in', async ({ page, context, baseURL, server, faultProxy }) => {
  test.slow();
  const secret = (id: string) => `${id}:${id.padEnd(32, 'abcdefghijklmnopqrstuvwxyz012345')}`;
  await server.restart({ AUTH_SECRETS: secret('a') });
  await signIn(context, baseURL ?? '', 'admin');
  const before = await ourCookies(context);
  await server.restart({ AUTH_SECRETS: `${secret('b')},${secret('a')}` });
  await page.goto('/order');
  await expect(page.getByRole('table')).toBeVisible();
  await expireAccess(context);
  await page.goto('/order');
  await expect(page.getByRole('table')).toBeVisible();
  expect((await ourCookies(context)).refresh_token?.value).toBe(before.refresh_token?.value);
  expect(faultProxy.count({ path: '/login' })).toBe(0);
});
