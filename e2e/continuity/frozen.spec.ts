import { ourCookies } from '../fixtures/cookies.ts';
import { renderersOf } from '../fixtures/renderers.ts';
import { expect, REFRESH, SHORT_ACCESS, SHORT_ACCESS_LIFETIME, test } from '../fixtures/test.ts';

test.use(SHORT_ACCESS);

test('a tab that was frozen past the access token’s end makes one refresh for five clicks, and shows no error', async ({
  browser,
  page,
  signedIn,
  faultProxy,
}) => {
  test.skip(process.platform === 'win32', 'Windows has no signal that stops a process');
  await page.goto('/order');
  const renderers = await renderersOf(browser);
  try {
    renderers.stop();
    const isGone = async () => (await ourCookies(signedIn)).access_token === undefined;
    await expect.poll(isGone, { timeout: 2_000 * SHORT_ACCESS_LIFETIME }).toBe(true);
  } finally {
    // Only now, since the page may have sent a refresh just before it was stopped.
    faultProxy.reset();
    renderers.resume();
  }
  await page.getByRole('navigation', { name: 'Filter by status' }).evaluate((filters) => {
    for (const link of [...filters.querySelectorAll('a')].slice(-5)) link.click();
  });
  await expect(page).toHaveURL('/order?status=cancelled');
  await expect(page.getByRole('table')).toBeVisible();
  const [first, second] = faultProxy.requests(REFRESH);
  expect(first?.status).toBe(201);
  // The next one belongs to the end of the new token.
  expect((second?.atMs ?? Number.POSITIVE_INFINITY) - (first?.atMs ?? 0)).toBeGreaterThan(
    (SHORT_ACCESS_LIFETIME - 2) * 1_000,
  );
});
