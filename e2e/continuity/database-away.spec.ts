/** Only the orders table does not answer, which shows when a page reads it. A whole outage: `e2e/contract/outage.contract.ts`. */
import pg from 'pg';
import { fillOrder, noteField, uniqueNote } from '../fixtures/pages.ts';
import { test as base, expect } from '../fixtures/test.ts';
import { findPostgres } from '../support/find-postgres.ts';
import { dropDatabase, makeDatabase } from '../support/fresh-database.ts';

const test = base.extend<object, { databaseUrl: string | undefined }>({
  databaseUrl: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the required fixtures from the pattern.
    async ({}, use) => {
      process.env.TEST_DATABASE_URL = await findPostgres();
      const url = process.env.TEST_DATABASE_URL && (await makeDatabase());
      await use(url);
      if (url) await dropDatabase(url);
    },
    { scope: 'worker' },
  ],
  serverEnv: [
    async ({ databaseUrl }, use) => use(databaseUrl ? { DATABASE_URL: databaseUrl } : {}),
    { scope: 'worker' },
  ],
});

test.beforeEach(({ databaseUrl }) => test.skip(!databaseUrl, 'needs PostgreSQL'));

/** Lock the orders table: every read waits until the returned function is called. */
async function lockOrders(databaseUrl: string): Promise<() => Promise<void>> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query('begin');
  await client.query('lock table orders in access exclusive mode');
  return () => client.end();
}

const RECONNECTING = 'Reconnecting… Your work is kept.';

test('a link followed while the database does not answer keeps the page and its form, and arrives afterwards', async ({
  page,
  signedIn: _,
  databaseUrl,
  faultProxy,
}) => {
  const note = uniqueNote();
  await fillOrder(page, note);
  await page.evaluate(() => Object.assign(window, { notReloaded: true }));
  const unlock = await lockOrders(databaseUrl ?? '');
  try {
    await page.getByRole('banner').getByRole('link', { name: 'Orders' }).click();
    await expect(page.getByText(RECONNECTING)).toBeVisible({ timeout: 20_000 });
    await expect(page).toHaveURL('/order/new');
    await expect(noteField(page)).toHaveValue(note);
  } finally {
    await unlock();
  }
  await expect(page.getByRole('table')).toBeVisible({ timeout: 20_000 });
  await expect(page).toHaveURL('/order');
  expect(await page.evaluate(() => 'notReloaded' in window)).toBe(true);
  expect(faultProxy.count({ path: '/login' })).toBe(0);
});

test('a page opened while the database does not answer says so, and then loads automatically', async ({
  page,
  signedIn: _,
  databaseUrl,
  consoleGuard,
}) => {
  // 441: React's message for an error in the page's data.
  consoleGuard.allow(/status of 50[03]/, /React error #441/);
  const unlock = await lockOrders(databaseUrl ?? '');
  try {
    const answer = await page.goto('/order?status=paid');
    expect(answer?.status()).toBeGreaterThanOrEqual(500);
    await expect(page.getByRole('heading', { level: 1, name: 'Reconnecting…' })).toBeVisible();
  } finally {
    await unlock();
  }
  await expect(page.getByRole('table')).toBeVisible({ timeout: 40_000 });
  await expect(page).toHaveURL('/order?status=paid');
});
