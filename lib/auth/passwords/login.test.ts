/** What a sign-in meets that is under way while its user changes. Interleaved by hooks in the database, never by time. */
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Db } from '../../db/client.ts';
import { sessions, users } from '../../db/schema.ts';
import { listLiveSessions } from '../sessions/list-sessions.ts';
import { revokeOtherSessions } from '../sessions/sessions.ts';
import { addUser, CALLER, openTestApp, PASSWORD, type TestApp } from '../test-app.ts';
import { changePassword } from './change-password.ts';
import { login } from './login.ts';
import { disableUser, endSessions, setPassword } from './operators.ts';

const NOW = new Date('2026-11-23T12:00:00Z');
const NEW_PASSWORD = 'violet lantern orchard';

let app: TestApp;
let names = 0;
let name: string;
let userId: number;
beforeAll(async () => {
  app = await openTestApp();
});
afterAll(() => app.close());
beforeEach(async () => {
  names += 1;
  name = `user ${names}`;
  userId = await addUser(app.db, name);
});

const signIn = (db: Db, pwd = PASSWORD) => login(db, { name, pwd }, CALLER, NOW);
const live = () => listLiveSessions(app.db, userId, NOW, { limit: 100 });
const codeOf = (attempt: Promise<unknown>) =>
  attempt.then(
    () => 'signed in',
    (error: unknown) => error,
  );
const setHash = async (passwordHash: string) => {
  await app.db.update(users).set({ passwordHash }).where(eq(users.id, userId));
};
const hashOf = async () => (await app.db.select().from(users).where(eq(users.id, userId)))[0]?.passwordHash;

/** What the first transaction on it meets: `before` runs when the password is verified, `within` once the transaction has begun. */
function hooked({ before, within }: { before?: () => Promise<unknown>; within?: () => void }): Db {
  let isFirst = true;
  return new Proxy(app.db, {
    get(target, property) {
      const value = Reflect.get(target, property);
      if (property !== 'transaction') return typeof value === 'function' ? value.bind(target) : value;
      const transaction: Db['transaction'] = async (work, config) => {
        if (!isFirst) return target.transaction(work, config);
        isFirst = false;
        await before?.();
        return target.transaction(async (tx) => {
          const done = await work(tx);
          within?.();
          return done;
        }, config);
      };
      return transaction;
    },
  });
}

const changeOwn = async () => {
  const { session } = await signIn(app.db);
  const principal = { userId, sessionId: session.id, via: 'cookie' as const, issuedAt: NOW, expiresAt: NOW };
  await changePassword(app.db, principal, { current: PASSWORD, new: NEW_PASSWORD }, CALLER, NOW);
};

const ACTS: [act: string, run: () => Promise<unknown>, kept: number][] = [
  ['the user has changed the password', changeOwn, 1],
  ['an operator has set a new password', () => setPassword(app.db, name, NEW_PASSWORD, NOW), 0],
  ['an operator has disabled the user', () => disableUser(app.db, name, NOW), 0],
  ['an operator has ended the sessions of the user', () => endSessions(app.db, name), 0],
  ['an operator has ended all sessions', () => endSessions(app.db), 0],
  ['the user is deleted', () => app.db.delete(users).where(eq(users.id, userId)), 0],
];

describe('a sign-in whose password was verified before', () => {
  test.each(ACTS)('%s starts no session', async (_, act, kept) => {
    const refusal = await codeOf(signIn(hooked({ before: act })));
    expect(refusal).toMatchObject({ code: expect.stringMatching(/^(invalid_credentials|unavailable)$/) });
    expect(await live()).toHaveLength(kept);
  });

  test.each(ACTS.filter(([act]) => act.startsWith('an operator')))('%s has its session revoked', async (_, act) => {
    let acting: Promise<unknown> = Promise.resolve();
    const within = () => {
      acting = act();
    };
    await signIn(hooked({ within }));
    await acting;
    expect(await live()).toEqual([]);
  });
});

test('a sign-in that meets its user ending all other sessions is one of the next', async () => {
  const endOthers = () => revokeOtherSessions(app.db, userId, 'mine', 'ended_by_user');
  const { session } = await signIn(hooked({ before: endOthers }));
  expect((await live()).map(({ id }) => id)).toEqual([session.id]);
});

test('a sign-in that waits for a change of password under way is refused when it is done', async () => {
  let go = () => {};
  const signInArrives = new Promise<void>((resolve) => {
    go = resolve;
  });
  let attempt: Promise<unknown> = Promise.resolve();
  await app.db.transaction(async (transaction) => {
    attempt = codeOf(signIn(hooked({ before: async () => go() })));
    // Another database connection, so that the sign-in can read while this is open; the embedded database has only one.
    await setPassword(transaction, name, NEW_PASSWORD, NOW);
    if (process.env.TEST_DATABASE_URL) await signInArrives;
  });
  expect(await attempt).toMatchObject({ code: 'invalid_credentials' });
  expect(await live()).toEqual([]);
});

describe('replacing a weak hash at sign-in', () => {
  const weak = async () => {
    const { hash } = await import('@node-rs/argon2');
    return hash(PASSWORD, { memoryCost: 8_192, timeCost: 1, parallelism: 1 });
  };

  test('undoes no change of password', async () => {
    await setHash(await weak());
    const attempt = signIn(hooked({ before: () => setPassword(app.db, name, NEW_PASSWORD, NOW) }));
    expect(await codeOf(attempt)).toMatchObject({ code: 'invalid_credentials' });
    expect(await codeOf(signIn(app.db))).toMatchObject({ code: 'invalid_credentials' });
    expect((await signIn(app.db, NEW_PASSWORD)).user.id).toBe(userId);
  });

  test('takes nothing from another sign-in at the same time', async () => {
    await setHash(await weak());
    const { user } = await signIn(hooked({ before: () => signIn(app.db) }));
    expect(user.id).toBe(userId);
    expect(await live()).toHaveLength(2);
    expect(await hashOf()).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  });
});

test('the session that a browser has had ends with the start of the new one, and not when no new one starts', async () => {
  const { session } = await signIn(app.db);
  const previous = { userId, sessionId: session.id };
  const again = (db: Db, pwd = PASSWORD) => login(db, { name, pwd }, CALLER, NOW, undefined, previous);
  expect(await codeOf(again(app.db, 'wrong'))).toMatchObject({ code: 'invalid_credentials' });
  expect((await live()).map(({ id }) => id)).toEqual([session.id]);
  const { session: next } = await again(app.db);
  expect((await live()).map(({ id }) => id)).toEqual([next.id]);
});

describe('signing in again when the access token is gone', () => {
  const SECOND = Math.floor(NOW.getTime() / 1_000);
  const hint = { issuedAtSeconds: SECOND, userAgent: CALLER.userAgent };
  const again = (previous: Parameters<typeof login>[5]) =>
    login(app.db, { name, pwd: PASSWORD }, CALLER, new Date(NOW.getTime() + 60_000), undefined, previous);
  const isLive = async ({ id }: { id: string }) => (await live()).some((session) => session.id === id);

  test('ends the session that the hint in the browser fits', async () => {
    const { session } = await signIn(app.db);
    await again({ ...hint, userId });
    expect(await isLive(session)).toBe(false);
  });

  test('ends the session that was refreshed when the hint says', async () => {
    const { session } = await signIn(app.db);
    const lastRefreshedAt = new Date(NOW.getTime() + 30_500);
    await app.db.update(sessions).set({ lastRefreshedAt }).where(eq(sessions.id, session.id));
    await again({ ...hint, userId });
    expect(await isLive(session)).toBe(true);
    await again({ ...hint, userId, issuedAtSeconds: SECOND + 30 });
    expect(await isLive(session)).toBe(false);
  });

  test('ends nothing that the hint may mean by mistake: another user, another browser, one of several', async () => {
    const { session } = await signIn(app.db);
    const other = await addUser(app.db, `${name} other`);
    await login(app.db, { name: `${name} other`, pwd: PASSWORD }, CALLER, NOW);
    await again({ ...hint, userId: other });
    expect(await listLiveSessions(app.db, other, NOW, { limit: 100 })).toHaveLength(1);
    await again({ ...hint, userId, userAgent: 'Other/1' });
    await again({ ...hint, userId, issuedAtSeconds: SECOND + 1 });
    expect(await isLive(session)).toBe(true);
    const { session: twin } = await signIn(app.db);
    await again({ ...hint, userId });
    expect([await isLive(session), await isLive(twin)]).toEqual([true, true]);
  });
});
