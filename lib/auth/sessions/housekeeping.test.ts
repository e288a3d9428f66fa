import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { auditEvents, rateLimits, sessions } from '../../db/schema.ts';
import { addUser, openTestApp, type TestApp } from '../test-app.ts';
import { removeOldRows } from './housekeeping.ts';
import { AUDIT_EVENTS_KEPT_SECONDS, ENDED_SESSIONS_KEPT_SECONDS, HOUSEKEEPING_ROWS } from './session-limits.ts';

const NOW = new Date('2026-11-23T12:00:00Z');
const ago = (seconds: number) => new Date(NOW.getTime() - seconds * 1_000);

let app: TestApp;
let userId: number;
beforeAll(async () => {
  app = await openTestApp();
  userId = await addUser(app.db, 'somebody');
});
afterAll(() => app.close());
beforeEach(async () => {
  for (const table of [sessions, auditEvents, rateLimits]) await app.db.delete(table);
});

const session = (id: string, ends: { expiresAt: Date; revokedAt?: Date }) => ({ id, userId, refreshJti: id, ...ends });
const idsLeft = async () => (await app.db.select({ id: sessions.id }).from(sessions)).map(({ id }) => id).sort();

test('a session goes 30 days after it was ended or ran out, and not before', async () => {
  const [kept, old] = [ago(ENDED_SESSIONS_KEPT_SECONDS - 1), ago(ENDED_SESSIONS_KEPT_SECONDS + 1)];
  const later = ago(-1_000);
  await app.db
    .insert(sessions)
    .values([
      session('live', { expiresAt: later }),
      session('ended lately', { expiresAt: later, revokedAt: kept }),
      session('ended long ago', { expiresAt: later, revokedAt: old }),
      session('ran out lately', { expiresAt: kept }),
      session('ran out long ago', { expiresAt: old }),
    ]);
  await removeOldRows(app.db, NOW);
  expect(await idsLeft()).toEqual(['ended lately', 'live', 'ran out lately']);
});

test('an audit event goes after half a year', async () => {
  await app.db.insert(auditEvents).values([
    { event: 'kept', at: ago(AUDIT_EVENTS_KEPT_SECONDS - 1) },
    { event: 'old', at: ago(AUDIT_EVENTS_KEPT_SECONDS + 1) },
  ]);
  await removeOldRows(app.db, NOW);
  expect((await app.db.select().from(auditEvents)).map(({ event }) => event)).toEqual(['kept']);
});

test('a count goes when its window has passed', async () => {
  await app.db.insert(rateLimits).values([
    { key: 'running', points: 1, expire: ago(-1) },
    { key: 'over', points: 1, expire: ago(1) },
  ]);
  await removeOldRows(app.db, NOW);
  expect((await app.db.select().from(rateLimits)).map(({ key }) => key)).toEqual(['running']);
});

test('one bite takes so many rows and no more; the next ones take the rest', async () => {
  const rows = Array.from({ length: HOUSEKEEPING_ROWS + 3 }, (_, n) => ({ key: `${n}`, points: 1, expire: ago(1) }));
  await app.db.insert(rateLimits).values(rows);
  await removeOldRows(app.db, NOW);
  expect(await app.db.$count(rateLimits)).toBe(3);
  await removeOldRows(app.db, NOW);
  expect(await app.db.$count(rateLimits)).toBe(0);
});
