import type { Page } from 'playwright/test';
import { CHECK_EVERY_MS } from '../../lib/client/policy.ts';
import { expireAccess } from '../fixtures/cookies.ts';
import { noteField, signInByForm } from '../fixtures/pages.ts';
import { expect, test } from '../fixtures/test.ts';

const HOUR_MS = 3_600_000;

/** Click five links at once, like a user of an unresponsive page; the last one counts. */
async function clickFiveFilters(page: Page): Promise<void> {
  await page.getByRole('navigation', { name: 'Filter by status' }).evaluate((filters) => {
    for (const link of [...filters.querySelectorAll('a')].slice(-5)) link.click();
  });
  await expect(page).toHaveURL('/order?status=cancelled');
  await expect(page.getByRole('table')).toBeVisible();
}

test('after three hours of sleep in which no timer fired, five clicks at once make one refresh and no error', async ({
  page,
  signedIn,
  putCount,
}) => {
  await page.clock.install();
  await page.goto('/order');
  await expireAccess(signedIn);
  await page.clock.setSystemTime(Date.now() + 3 * HOUR_MS);
  await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
  await clickFiveFilters(page);
  expect(putCount()).toBe(1);
});

for (const hours of [3, -3]) {
  test(`a clock that is ${hours} hours off at sign-in does no harm in a minute of clicking`, async ({
    page,
    putCount,
  }) => {
    const refused: string[] = [];
    page.on('response', (response) => {
      if (response.status() >= 400) refused.push(`${response.status()} ${response.url()}`);
    });
    await page.clock.install({ time: Date.now() + hours * HOUR_MS });
    await page.goto('/login');
    await signInByForm(page);
    await expect(page).toHaveURL('/order');
    for (const status of ['Paid', 'Shipped', 'Delivered', 'Cancelled', 'Pending', 'Paid']) {
      await page.getByRole('link', { name: new RegExp(`^${status}`) }).click();
      await expect(page).toHaveURL(`/order?status=${status.toLowerCase()}`);
      await page.clock.runFor(10_000);
    }
    expect(refused).toEqual([]);
    expect(putCount()).toBeLessThanOrEqual(1);
  });
}

test('ten changes of focus make at most one request in five seconds, and leave focus and text alone', async ({
  page,
  signedIn: _,
  faultProxy,
}) => {
  await page.clock.install();
  await page.goto('/order/new');
  await noteField(page).fill('Half a thought');
  await page.waitForLoadState('networkidle');
  await page.clock.pauseAt(Date.now() + CHECK_EVERY_MS);
  await page.waitForLoadState('networkidle');
  const before = faultProxy.requests().length;
  for (let n = 0; n < 10; n += 1) {
    await page.evaluate(() => {
      document.dispatchEvent(new Event('visibilitychange'));
      window.dispatchEvent(new Event('blur'));
      window.dispatchEvent(new Event('focus'));
    });
    await page.clock.runFor(500);
  }
  await page.waitForLoadState('networkidle');
  expect(faultProxy.requests().length - before).toBeLessThanOrEqual(1);
  await expect(noteField(page)).toBeFocused();
  await expect(noteField(page)).toHaveValue('Half a thought');
});
