import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Db } from '../../db/client.ts';
import { sessions } from '../../db/schema.ts';
import { addUser, CALLER, openTestApp, type TestApp } from '../test-app.ts';
import { DenySet, denySessions, isDatabaseKnownAway, isRevoked } from './deny-set.ts';
import { revokeSession, startSession } from './sessions.ts';

let app: TestApp;
let userId: number;
let nowMs: number;
let queries: number;
const clock = { monotonicMs: () => nowMs };

beforeAll(async () => {
  app = await openTestApp();
  userId = await addUser(app.db, 'somebody');
});
afterAll(() => app.close());
beforeEach(() => {
  nowMs = 5_000;
  queries = 0;
});

/** The database as another process sees it: counts the pulls, and can be away. */
function watched(isAway = () => false): Db {
  return new Proxy(app.db, {
    get(target, property, receiver) {
      if (property !== 'select') return Reflect.get(target, property, receiver);
      queries += 1;
      if (isAway()) throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
      return target.select.bind(target);
    },
  });
}

const newSession = () => startSession(app.db, userId, CALLER, new Date());

test('another process refuses a revoked session once its set is older than the lag', async () => {
  const set = new DenySet();
  const db = watched();
  const { id } = await newSession();
  expect(await isRevoked(db, id, clock, set)).toBe(false);
  await revokeSession(app.db, userId, id, 'ended_by_user');
  nowMs += 999;
  expect(await isRevoked(db, id, clock, set)).toBe(false);
  nowMs += 1;
  expect(await isRevoked(db, id, clock, set)).toBe(true);
});

test('its own revocations a process refuses at once', async () => {
  const set = new DenySet();
  expect(await isRevoked(watched(), 'mine', clock, set)).toBe(false);
  denySessions([{ id: 'mine' }], clock, set);
  expect(await isRevoked(watched(), 'mine', clock, set)).toBe(true);
});

test('a thousand requests at once share one query, and none is made within the lag', async () => {
  const set = new DenySet();
  const db = watched();
  await Promise.all(Array.from({ length: 1_000 }, () => isRevoked(db, 'x', clock, set)));
  expect(queries).toBe(1);
  nowMs += 999;
  await isRevoked(db, 'x', clock, set);
  expect(queries).toBe(1);
  nowMs += 1;
  await Promise.all(Array.from({ length: 1_000 }, () => isRevoked(db, 'x', clock, set)));
  expect(queries).toBe(2);
});

test('a row that becomes visible some seconds after its timestamp is still seen', async () => {
  const set = new DenySet();
  const late = await newSession();
  const early = await newSession();
  await revokeSession(app.db, userId, early.id, 'ended_by_user');
  expect(await isRevoked(watched(), early.id, clock, set)).toBe(true);
  await app.db.execute(sql`update ${sessions} set revoked_at = now() - interval '20 seconds' where id = ${late.id}`);
  nowMs += 1_000;
  expect(await isRevoked(watched(), late.id, clock, set)).toBe(true);
});

test('a session revoked before this process started is refused', async () => {
  const { id } = await newSession();
  await app.db.execute(sql`update ${sessions} set revoked_at = now() - interval '2 hours' where id = ${id}`);
  expect(await isRevoked(watched(), id, clock, new DenySet())).toBe(true);
});

test('a revocation is forgotten only after every access token from before it has expired', async () => {
  const set = new DenySet();
  denySessions([{ id: 'old' }], clock, set);
  nowMs += 7_200_000;
  expect(await isRevoked(watched(), 'old', clock, set)).toBe(true);
  nowMs += 60_001;
  expect(await isRevoked(watched(), 'old', clock, set)).toBe(false);
});

test('without the database what is known holds for ten seconds, then guarded requests are refused, and all is well when it is back', async () => {
  let away = false;
  const set = new DenySet();
  const db = watched(() => away);
  expect(await isRevoked(db, 'x', clock, set)).toBe(false);
  away = true;
  nowMs += 9_000;
  expect(await isRevoked(db, 'x', clock, set)).toBe(false);
  nowMs += 1_000;
  await expect(isRevoked(db, 'x', clock, set)).rejects.toMatchObject({ code: 'unavailable' });
  away = false;
  nowMs += 1_000;
  expect(await isRevoked(db, 'x', clock, set)).toBe(false);
});

test('a process that never reached the database refuses guarded requests', async () => {
  await expect(
    isRevoked(
      watched(() => true),
      'x',
      clock,
      new DenySet(),
    ),
  ).rejects.toMatchObject({ code: 'unavailable' });
});

test('that the database is away is known from the first pull that fails until the next that succeeds', async () => {
  const set = new DenySet();
  let away = false;
  const db = watched(() => away);
  await isRevoked(db, 'x', clock, set);
  expect(isDatabaseKnownAway(set)).toBe(false);
  away = true;
  nowMs += 1_000;
  await isRevoked(db, 'x', clock, set);
  expect(isDatabaseKnownAway(set)).toBe(true);
  away = false;
  nowMs += 1_000;
  await isRevoked(db, 'x', clock, set);
  expect(isDatabaseKnownAway(set)).toBe(false);
});

test('a pull that takes long to fail is not followed by another at once', async () => {
  const set = new DenySet();
  const db = watched(() => {
    nowMs += 2_000;
    return true;
  });
  for (let n = 0; n < 3; n += 1)
    await expect(isRevoked(db, 'x', clock, set)).rejects.toMatchObject({ code: 'unavailable' });
  expect(queries).toBe(1);
});

test('a database that is away is asked once per lag, not once per request', async () => {
  const set = new DenySet();
  let away = false;
  const db = watched(() => away);
  await isRevoked(db, 'x', clock, set);
  away = true;
  nowMs += 1_000;
  for (let n = 0; n < 50; n += 1) await isRevoked(db, 'x', clock, set);
  expect(queries).toBe(2);
});
