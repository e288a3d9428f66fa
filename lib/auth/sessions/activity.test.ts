import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Database } from '../../db/client.ts';
import { users } from '../../db/schema.ts';
import { openTestDatabase } from '../../db/test-database.ts';
import { listActivity } from './activity.ts';
import { recordEvent } from './audit.ts';

const FIREFOX = {
  address: '203.0.113.9',
  userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0',
};

let database: Database;

beforeAll(async () => {
  database = await openTestDatabase();
  await database.db.insert(users).values([
    { id: 1, name: 'ada', passwordHash: '-' },
    { id: 2, name: 'bo', passwordHash: '-' },
  ]);
  await recordEvent(database.db, { event: 'authn_login_fail', userId: 1, caller: FIREFOX });
  await recordEvent(database.db, { event: 'authn_login_success', userId: 2, caller: FIREFOX });
  await recordEvent(database.db, { event: 'authn_login_success', userId: 1, caller: FIREFOX });
  await recordEvent(database.db, { event: 'session_logout', userId: 1, caller: FIREFOX });
});

afterAll(() => database.close());

test('a user sees what happened to them, newest first, and nothing of others', async () => {
  const events = await listActivity(database.db, 1, 10);
  expect(events.map(({ event }) => event)).toEqual(['session_logout', 'authn_login_success', 'authn_login_fail']);
});

test('a device is in words, and neither its raw name nor its address is given', async () => {
  const [latest] = await listActivity(database.db, 1, 1);
  expect(latest).toEqual({
    id: expect.any(Number),
    event: 'session_logout',
    at: expect.any(Date),
    device: 'Firefox on Linux',
    times: 1,
    isAtLeast: false,
  });
});

test('there are never more than asked for', async () => {
  expect(await listActivity(database.db, 1, 2)).toHaveLength(2);
});

test('a hundred wrong passwords are one line, and hide nothing that was before them', async () => {
  const userId = 3;
  await database.db.insert(users).values({ id: userId, name: 'guessed', passwordHash: '-' });
  await recordEvent(database.db, { event: 'authn_password_change', userId, caller: FIREFOX });
  for (let n = 0; n < 100; n += 1)
    await recordEvent(database.db, { event: 'authn_login_fail', userId, caller: { ...FIREFOX, userAgent: 'curl/8' } });
  await recordEvent(database.db, { event: 'authn_login_success', userId, caller: FIREFOX });
  const lines = await listActivity(database.db, userId, 10);
  expect(lines.map(({ event, device, times, isAtLeast }) => [event, device, times, isAtLeast])).toEqual([
    ['authn_login_success', 'Firefox on Linux', 1, false],
    ['authn_login_fail', 'curl', 100, false],
    ['authn_password_change', 'Firefox on Linux', 1, false],
  ]);
  expect((await listActivity(database.db, userId, 3)).at(-1)).toMatchObject({ times: 59, isAtLeast: true });
});
