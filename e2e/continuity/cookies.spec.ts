import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hashPassword } from '../../lib/auth/passwords/password.ts';
import { USER_NAME_MAX_CHARS } from '../../lib/contract/limits.ts';
import { users } from '../../lib/db/schema.ts';
import { parseEnv } from '../../lib/env.ts';
import { prepareDatabase } from '../../lib/server/prepare-database.ts';
import { ourCookies } from '../fixtures/cookies.ts';
import { shownUser, signOutButton } from '../fixtures/pages.ts';
import { expect, test } from '../fixtures/test.ts';
import { startServer } from '../support/server.ts';

const COOKIES_MAX_BYTES = 2_048;
const LONGEST = { id: 2_147_483_647, name: '界'.repeat(USER_NAME_MAX_CHARS), pwd: 'a password nobody has' };

async function dataWithLongestUser(): Promise<string> {
  const dataDir = await mkdtemp(join(tmpdir(), 'tandem-longest-'));
  await cp(process.env.TANDEM_TEST_TEMPLATE ?? '', dataDir, { recursive: true });
  const { db, close } = await prepareDatabase(parseEnv({ DATA_DIR: dataDir, DEMO_DATA: 'off' }), new Date());
  await db.insert(users).values({ id: LONGEST.id, name: LONGEST.name, passwordHash: await hashPassword(LONGEST.pwd) });
  await close();
  return dataDir;
}

test('all cookies stay under 2 KB for the longest name and number a user can have, and none is left after signing out', async ({
  browser,
  server: _,
}) => {
  const dataDir = await dataWithLongestUser();
  const server = await startServer({ env: { DATA_DIR: dataDir, DEMO_DATA: 'off' }, database: 'embedded' });
  const context = await browser.newContext({ baseURL: server.url });
  try {
    const page = await context.newPage();
    await page.goto('/login');
    await page.getByLabel('Name', { exact: true }).fill(LONGEST.name);
    await page.getByLabel('Password', { exact: true }).fill(LONGEST.pwd);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await expect(shownUser(page)).toContainText(LONGEST.name);
    const cookies = await context.cookies();
    expect(Object.keys(await ourCookies(context))).toHaveLength(3);
    const bytes = Buffer.byteLength(cookies.map(({ name, value }) => `${name}=${value}`).join('; '));
    expect(bytes).toBeLessThan(COOKIES_MAX_BYTES);
    await signOutButton(page).click();
    await expect(page).toHaveURL('/login');
    expect(await context.cookies()).toEqual([]);
  } finally {
    await context.close();
    await server.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
});
