import { eq, is } from 'drizzle-orm';
import { PgTable } from 'drizzle-orm/pg-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as schema from '../../db/schema.ts';
import { login } from '../passwords/login.ts';
import { disableUser } from '../passwords/operators.ts';
import { authenticate } from '../request/authenticate.ts';
import { tokenCookies } from '../request/cookies.ts';
import { readSender } from '../request/sender.ts';
import { issueTokens } from '../sessions/issue-tokens.ts';
import { listLiveSessions } from '../sessions/list-sessions.ts';
import { findSession, revokeOtherSessions } from '../sessions/sessions.ts';
import { signOut } from '../sessions/sign-out.ts';
import { addUser, CALLER, openTestApp, PASSWORD, refreshBy, type TestApp } from '../test-app.ts';
import { REFRESH_TOKEN_LIFETIME_SECONDS } from '../tokens/token-limits.ts';
import { REFRESH_WINDOW_SECONDS, REFRESHES_PER_SESSION } from './refresh-limits.ts';

const { auditEvents, users } = schema;
const NOW = new Date('2026-11-23T12:00:00Z');
const later = (seconds: number) => new Date(NOW.getTime() + seconds * 1_000);
const bearer = (token: string | null) => new Headers({ authorization: `Bearer ${token}` });

let app: TestApp;
let users_ = 0;
beforeAll(async () => {
  app = await openTestApp();
});
afterAll(() => app.close());

async function signInSomebody() {
  users_ += 1;
  const name = `user ${users_}`;
  const userId = await addUser(app.db, name);
  const { session } = await login(app.db, { name, pwd: PASSWORD }, CALLER, NOW);
  return { name, userId, session, tokens: await issueTokens(session, NOW) };
}

test('signing in starts a session that ends in 14 days to the second', async () => {
  const { session, tokens } = await signInSomebody();
  expect(session.expiresAt).toEqual(later(REFRESH_TOKEN_LIFETIME_SECONDS));
  expect(tokens).toMatchObject({ accessTokenLifetimeSeconds: 7_200, refreshTokenLifetimeSeconds: 1_209_600 });
  expect(session.id).toMatch(/^[A-Za-z0-9_-]{22}$/);
});

test('an access token tells who is asking', async () => {
  const { userId, session, tokens } = await signInSomebody();
  expect(await authenticate(readSender(bearer(tokens.accessToken)).credential, NOW)).toEqual({
    userId,
    sessionId: session.id,
    via: 'authorization',
    issuedAt: NOW,
    expiresAt: later(7_200),
  });
});

test('a refresh token is told apart from no token at all', async () => {
  const { tokens } = await signInSomebody();
  await expect(authenticate(readSender(bearer(tokens.refreshToken)).credential, NOW)).rejects.toMatchObject({
    code: 'wrong_token_kind',
  });
  await expect(authenticate(readSender(bearer('nonsense')).credential, NOW)).rejects.toMatchObject({
    code: 'invalid_token',
  });
  await expect(authenticate(readSender(new Headers()).credential, NOW)).rejects.toMatchObject({
    code: 'invalid_token',
    reason: 'missing',
  });
});

test('a refresh never changes the refresh token', async () => {
  const { session, tokens } = await signInSomebody();
  for (const seconds of [10, 7_000, 600_000]) {
    const refreshed = await refreshBy(app.db, bearer(tokens.refreshToken), later(seconds));
    expect(refreshed.tokens.refreshToken).toBeNull();
    expect(refreshed.tokens.accessToken).not.toBe(tokens.accessToken);
    expect((await issueTokens(refreshed.session, later(seconds))).refreshToken).toBe(tokens.refreshToken);
    expect((await findSession(app.db, session.id))?.expiresAt).toEqual(session.expiresAt);
  }
});

test('twenty refreshes at once all succeed', async () => {
  const { tokens } = await signInSomebody();
  const attempts = Array.from({ length: 20 }, () => refreshBy(app.db, bearer(tokens.refreshToken), later(5)));
  expect((await Promise.all(attempts)).map(({ tokens }) => tokens.accessTokenLifetimeSeconds)).toEqual(
    Array(20).fill(7_200),
  );
});

test('one session refreshes so many times a minute, whatever others do', async () => {
  const [one, another] = [await signInSomebody(), await signInSomebody()];
  const refreshAt = (tokens: typeof one.tokens, now: Date) => refreshBy(app.db, bearer(tokens.refreshToken), now);
  for (let n = 0; n < REFRESHES_PER_SESSION; n += 1) await refreshAt(one.tokens, later(1));
  await expect(refreshAt(one.tokens, later(11))).rejects.toMatchObject({ code: 'rate_limited', retryAfterSeconds: 49 });
  await refreshAt(another.tokens, later(11));
  await refreshAt(one.tokens, later(1 + REFRESH_WINDOW_SECONDS));
});

test('a refresh notes when it happened, and no access token outlives its session', async () => {
  const { session, tokens } = await signInSomebody();
  const hourBeforeEnd = later(REFRESH_TOKEN_LIFETIME_SECONDS - 3_600);
  const refreshed = await refreshBy(app.db, bearer(tokens.refreshToken), hourBeforeEnd);
  expect(refreshed.tokens.accessTokenLifetimeSeconds).toBe(3_600);
  expect((await findSession(app.db, session.id))?.lastRefreshedAt).toEqual(hourBeforeEnd);
});

test('after 14 days the refresh token refreshes nothing', async () => {
  const { tokens } = await signInSomebody();
  const end = later(REFRESH_TOKEN_LIFETIME_SECONDS);
  await expect(refreshBy(app.db, bearer(tokens.refreshToken), end)).rejects.toMatchObject({ code: 'invalid_grant' });
});

test('a refresh token with the id of another session’s token refreshes nothing', async () => {
  const [{ session }, other] = [await signInSomebody(), await signInSomebody()];
  const { refreshToken } = await issueTokens({ ...session, refreshJti: other.session.refreshJti }, NOW);
  await expect(refreshBy(app.db, bearer(refreshToken), NOW)).rejects.toMatchObject({
    code: 'invalid_grant',
    reason: 'no_live_session',
  });
});

test('an access token refreshes nothing', async () => {
  const { tokens } = await signInSomebody();
  await expect(refreshBy(app.db, bearer(tokens.accessToken), NOW)).rejects.toMatchObject({ code: 'invalid_grant' });
});

test('the cookie refreshes too, but its seal does not pass as a bearer token, and junk in Authorization wins over a good cookie', async () => {
  const { userId, tokens } = await signInSomebody();
  const cookie = (await tokenCookies(userId, tokens, NOW)).map((set) => set.split(';')[0]).join('; ');
  const seal = /refresh_token=([^;]+)/.exec(cookie)?.[1] ?? '';
  expect((await refreshBy(app.db, new Headers({ cookie }), NOW)).session.userId).toBe(userId);
  await expect(refreshBy(app.db, bearer(seal), NOW)).rejects.toMatchObject({ code: 'invalid_grant' });
  const both = new Headers({ cookie, authorization: 'Bearer junk' });
  await expect(refreshBy(app.db, both, NOW)).rejects.toMatchObject({ code: 'invalid_grant' });
});

test('signing out ends both tokens on the server, and a second sign-out changes nothing', async () => {
  const { userId, session, tokens } = await signInSomebody();
  await signOut(app.db, { userId, sessionId: session.id }, CALLER);
  await expect(authenticate(readSender(bearer(tokens.accessToken)).credential, NOW)).rejects.toMatchObject({
    code: 'invalid_token',
  });
  await expect(refreshBy(app.db, bearer(tokens.refreshToken), NOW)).rejects.toMatchObject({ code: 'invalid_grant' });
  await signOut(app.db, { userId, sessionId: session.id }, CALLER);
  const events = await app.db.select().from(auditEvents).where(eq(auditEvents.sessionId, session.id));
  expect(events.map(({ event }) => event)).toEqual(['authn_login_success', 'session_logout']);
});

test('nobody can sign another user out', async () => {
  const victim = await signInSomebody();
  const thief = await signInSomebody();
  await signOut(app.db, { userId: thief.userId, sessionId: victim.session.id }, CALLER);
  expect((await authenticate(readSender(bearer(victim.tokens.accessToken)).credential, NOW)).userId).toBe(
    victim.userId,
  );
});

test('all other sessions end, and the one in hand lives on', async () => {
  const { name, userId, session } = await signInSomebody();
  const other = (await login(app.db, { name, pwd: PASSWORD }, CALLER, later(1))).session;
  const listed = () => listLiveSessions(app.db, userId, later(2), { limit: 10 });
  expect((await listed()).map(({ id }) => id)).toEqual([other.id, session.id]);
  expect(await revokeOtherSessions(app.db, userId, session.id, 'ended_by_user')).toEqual([other.id]);
  expect((await listed()).map(({ id }) => id)).toEqual([session.id]);
});

test('a session is listed until it expires', async () => {
  const { userId, session } = await signInSomebody();
  const listed = async (now: Date) => (await listLiveSessions(app.db, userId, now, { limit: 10 })).map(({ id }) => id);
  expect(await listed(later(REFRESH_TOKEN_LIFETIME_SECONDS - 1))).toEqual([session.id]);
  expect(await listed(later(REFRESH_TOKEN_LIFETIME_SECONDS))).toEqual([]);
});

test('a disabled user signs in no more, and no session of theirs refreshes', async () => {
  const { name, userId, tokens } = await signInSomebody();
  await app.db.update(users).set({ disabledAt: NOW }).where(eq(users.id, userId));
  await expect(refreshBy(app.db, bearer(tokens.refreshToken), NOW)).rejects.toMatchObject({ code: 'invalid_grant' });
  await expect(login(app.db, { name, pwd: PASSWORD }, CALLER, NOW)).rejects.toMatchObject({
    code: 'invalid_credentials',
  });
  await disableUser(app.db, name, NOW);
  await expect(authenticate(readSender(bearer(tokens.accessToken)).credential, NOW)).rejects.toMatchObject({
    code: 'invalid_token',
  });
});

test('a wrong password and an unknown name get the same answer', async () => {
  const { name } = await signInSomebody();
  const wrong = await login(app.db, { name, pwd: 'x' }, CALLER, NOW).catch((error: unknown) => error);
  const unknown = await login(app.db, { name: 'nobody', pwd: 'x' }, CALLER, NOW).catch((error: unknown) => error);
  expect(wrong).toEqual(unknown);
  expect(wrong).toMatchObject({ code: 'invalid_credentials', message: 'Wrong name or password.' });
});

test('after ten failures a name is refused from that address, even with the right password, and from no other', async () => {
  const { name } = await signInSomebody();
  const from = (address: string, pwd: string) => login(app.db, { name, pwd }, { ...CALLER, address }, NOW);
  for (let n = 0; n < 10; n += 1)
    await expect(from('198.51.100.1', 'x')).rejects.toMatchObject({ code: 'invalid_credentials' });
  const refused = await from('198.51.100.1', PASSWORD).catch((error: unknown) => error);
  expect(refused).toMatchObject({ code: 'rate_limited', retryAfterSeconds: expect.any(Number) });
  expect((await from('198.51.100.2', PASSWORD)).user.name).toBe(name);
});

test('a success forgets the failures before it', async () => {
  const { name } = await signInSomebody();
  const from = (pwd: string) => login(app.db, { name, pwd }, { ...CALLER, address: '198.51.100.3' }, NOW);
  for (let round = 0; round < 2; round += 1) {
    for (let n = 0; n < 9; n += 1) await expect(from('x')).rejects.toMatchObject({ code: 'invalid_credentials' });
    expect((await from(PASSWORD)).user.name).toBe(name);
  }
});

test('a password hash of weaker parameters is replaced at the next sign-in', async () => {
  const { name, userId } = await signInSomebody();
  const { hash } = await import('@node-rs/argon2');
  const weak = await hash(PASSWORD, { memoryCost: 8_192, timeCost: 1, parallelism: 1 });
  await app.db.update(users).set({ passwordHash: weak }).where(eq(users.id, userId));
  await login(app.db, { name, pwd: PASSWORD }, CALLER, NOW);
  const [user] = await app.db.select().from(users).where(eq(users.id, userId));
  expect(user?.passwordHash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
});

test('a password does not expire', async () => {
  const { name, userId } = await signInSomebody();
  const passwordChangedAt = later(-10 * 365 * 86_400);
  await app.db.update(users).set({ passwordChangedAt, createdAt: passwordChangedAt }).where(eq(users.id, userId));
  expect((await login(app.db, { name, pwd: PASSWORD }, CALLER, NOW)).user.id).toBe(userId);
});

test('a name that is given away again is another user', async () => {
  const { name, userId, tokens } = await signInSomebody();
  await app.db.delete(users).where(eq(users.id, userId));
  expect(await addUser(app.db, name)).toBeGreaterThan(userId);
  await expect(refreshBy(app.db, bearer(tokens.refreshToken), NOW)).rejects.toMatchObject({ code: 'invalid_grant' });
});

test('no token stands anywhere in the database', async () => {
  const { tokens } = await signInSomebody();
  await refreshBy(app.db, bearer(tokens.refreshToken), NOW);
  const tables = Object.values(schema).filter((table) => is(table, PgTable));
  expect(tables.length).toBeGreaterThan(7);
  const rows = JSON.stringify(await Promise.all(tables.map((table) => app.db.select().from(table))));
  expect(rows).toContain('authn_login_success');
  expect(rows).not.toMatch(/eyJ|Fe26/);
});
