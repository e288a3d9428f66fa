import { ourCookies } from '../fixtures/cookies.ts';
import { renderersOf } from '../fixtures/renderers.ts';
import { expect, REAL_BROWSER, test } from '../fixtures/test.ts';

const ACCESS_LIFETIME_SECONDS = 12;

test.use({ ...REAL_BROWSER, serverEnv: { ACCESS_TOKEN_LIFETIME: `${ACCESS_LIFETIME_SECONDS}s` } });

test('a tab that was frozen past the access token’s end makes one refresh for five clicks, and shows no error', async ({
  browser,
  page,
  signedIn,
  faultProxy,
  putCount,
}) => {
  test.skip(process.platform === 'win32', 'Windows has no signal that stops a process');
  await page.goto('/order');
  const renderers = await renderersOf(browser);
  try {
    renderers.stop();
    faultProxy.reset();
    const isGone = async () => (await ourCookies(signedIn)).access_token === undefined;
    await expect.poll(isGone, { timeout: 2_000 * ACCESS_LIFETIME_SECONDS }).toBe(true);
    expect(putCount()).toBe(0);
  } finally {
    renderers.resume();
  }
  await page.getByRole('navigation', { name: 'Filter by status' }).evaluate((filters) => {
    for (const link of [...filters.querySelectorAll('a')].slice(-5)) link.click();
  });
  await expect(page).toHaveURL('/order?status=cancelled');
  await expect(page.getByRole('table')).toBeVisible();
  expect(putCount()).toBe(1);
});
