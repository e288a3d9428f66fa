import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { anyText, textOf } from '../../test-text.ts';
import { addUser, CALLER, openTestApp, type TestApp } from '../test-app.ts';
import { countOtherSessions, listLiveSessions, readSessionCursor, sessionCursor } from './list-sessions.ts';
import { revokeSession, type Session, startSession } from './sessions.ts';

const NOW = new Date('2026-11-23T12:00:00Z');
const later = (seconds: number) => new Date(NOW.getTime() + seconds * 1_000);
const FIREFOX = {
  ...CALLER,
  userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0',
};
const CURL = { ...CALLER, userAgent: 'curl/8.14.1' };

let app: TestApp;
let inHand: Session;
beforeAll(async () => {
  app = await openTestApp();
  const userId = await addUser(app.db, 'ada');
  inHand = await startSession(app.db, userId, FIREFOX, NOW);
  const before = await startSession(app.db, userId, FIREFOX, NOW);
  await startSession(app.db, userId, FIREFOX, later(1));
  // All within one instant, so that the id decides.
  for (let n = 0; n < 150; n += 1) await startSession(app.db, userId, CURL, later(2));
  await revokeSession(app.db, userId, before.id, 'ended_by_user');
  await startSession(app.db, await addUser(app.db, 'bo'), CURL, later(3));
});
afterAll(() => app.close());

const owner = () => ({ userId: inHand.userId, sessionId: inHand.id });
const list = (options: Parameters<typeof listLiveSessions>[3]) =>
  listLiveSessions(app.db, inHand.userId, later(4), { exceptId: inHand.id, ...options });

test('the list is as long as asked for, whatever a program has left, and newest first', async () => {
  const newest = await list({ limit: 10 });
  expect(newest.map(({ createdAt }) => createdAt)).toEqual(Array(10).fill(later(2)));
});

test('a flood of programs hides no browser', async () => {
  expect((await list({ limit: 10, kind: 'browser' })).map(({ createdAt }) => createdAt)).toEqual([later(1)]);
  expect(await list({ limit: 200, kind: 'program' })).toHaveLength(150);
});

test('page after page shows each of the others once, without the one in hand, ended ones and those of others', async () => {
  const seen: string[] = [];
  let after: Session | undefined;
  do {
    const page = await list({ limit: 40, after: after && readSessionCursor(sessionCursor(after)) });
    seen.push(...page.map(({ id }) => id));
    after = page.at(-1);
  } while (after);
  expect(seen).toHaveLength(151);
  expect(new Set(seen).size).toBe(151);
  expect(seen).not.toContain(inHand.id);
});

test('all of the others are counted, shown or not', async () => {
  expect(await countOtherSessions(app.db, owner(), later(4))).toEqual({ browser: 1, program: 150 });
  expect(await countOtherSessions(app.db, owner(), later(20 * 86_400))).toEqual({ browser: 0, program: 0 });
});

test('a cursor has one spelling, and nothing else is one', () => {
  const written = fc.tuple(fc.nat({ max: 99_999_999_999_999 }), fc.stringMatching(/^[A-Za-z0-9_-]{22}$/));
  const like = textOf('0', '1', '9', '.', 'A'.repeat(21), 'x', '-', '\n');
  fc.assert(
    fc.property(written, fc.oneof(like, anyText, fc.anything()), ([ms, id], other) => {
      const position = { createdAt: new Date(ms), id };
      expect(readSessionCursor(sessionCursor(position))).toEqual(position);
      const read = readSessionCursor(other);
      if (read) expect(sessionCursor(read)).toBe(other);
    }),
    { numRuns: 300 },
  );
  for (const other of ['1', `01.${'A'.repeat(22)}`, `1.${'A'.repeat(23)}`, `123456789012345.${'A'.repeat(22)}`, ['1']])
    expect(readSessionCursor(other)).toBeUndefined();
});
