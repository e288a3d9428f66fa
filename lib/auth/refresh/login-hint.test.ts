import { eq } from 'drizzle-orm';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isSignInNotice } from '../../contract/sign-in-notice.ts';
import { users } from '../../db/schema.ts';
import { anyText, textOf } from '../../test-text.ts';
import { readCookies, tokenCookies } from '../request/cookies.ts';
import { presentedRefresh } from '../request/refresh-claims.ts';
import { readSender } from '../request/sender.ts';
import { issueTokens } from '../sessions/issue-tokens.ts';
import { type RevocationReason, revokeSession, startSession } from '../sessions/sessions.ts';
import { addUser, CALLER, openTestApp, type TestApp } from '../test-app.ts';
import { REFRESH_TOKEN_LIFETIME_SECONDS } from '../tokens/token-limits.ts';
import { hintedReason, readLoginHint, refusedHintCookies, signedInHintCookie, typedNameCookies } from './login-hint.ts';

const NOW = new Date('2026-11-23T12:00:00Z');
const later = (seconds: number) => new Date(NOW.getTime() + seconds * 1_000);
const sent = (cookies: string[]) => new Headers({ cookie: cookies.map((line) => line.split(';')[0]).join('; ') });

let app: TestApp;
beforeAll(async () => {
  app = await openTestApp();
});
afterAll(() => app.close());

async function signedIn(name: string) {
  const userId = await addUser(app.db, name);
  const session = await startSession(app.db, userId, CALLER, NOW);
  return { userId, session, headers: sent(await tokenCookies(userId, await issueTokens(session, NOW), NOW)) };
}

const endedHint = async (headers: Headers) =>
  refusedHintCookies(app.db, await presentedRefresh(readSender(headers).credential, NOW), NOW);
const hintIn = (headers: Headers) => readLoginHint(readCookies(headers));
const hintAfter = async (headers: Headers) => hintIn(sent(await endedHint(headers)));

test.each([
  'ended_by_user',
  'password_changed',
  'signed_in_again',
  'user_disabled',
  'key_mismatch',
  'ended_by_operator',
] satisfies RevocationReason[])(
  'after a session was ended as %s its browser knows whose it was and why',
  async (reason) => {
    const { userId, session, headers } = await signedIn(`ended ${reason}`);
    await revokeSession(app.db, userId, session.id, reason);
    expect(await hintAfter(headers)).toEqual({ name: `ended ${reason}`, reason });
  },
);

test('after signing out nothing is kept of who was here', async () => {
  const { userId, session, headers } = await signedIn('gone');
  await revokeSession(app.db, userId, session.id, 'signed_out');
  expect(await endedHint(headers)).toEqual([]);
});

test('a disabled account and an end without a reason are told as well', async () => {
  const { userId, headers } = await signedIn('disabled');
  expect(await hintAfter(headers)).toEqual({ name: 'disabled', reason: 'ended' });
  await app.db.update(users).set({ disabledAt: NOW }).where(eq(users.id, userId));
  expect(await hintAfter(headers)).toEqual({ name: 'disabled', reason: 'user_disabled' });
});

test('a refresh cookie that is none names nobody', async () => {
  expect(await endedHint(new Headers())).toEqual([]);
  expect(await endedHint(new Headers({ cookie: 'refresh_token=Fe26.2*x' }))).toEqual([]);
});

test('a session that has run its time out is told from one that is gone before', () => {
  const hint = hintIn(sent([signedInHintCookie('ada', REFRESH_TOKEN_LIFETIME_SECONDS, NOW)]));
  expect(hint).toMatchObject({ name: 'ada', lifetime: REFRESH_TOKEN_LIFETIME_SECONDS });
  if (!hint) return;
  expect(hintedReason(hint, later(REFRESH_TOKEN_LIFETIME_SECONDS - 1))).toBe('ended');
  expect(hintedReason(hint, later(REFRESH_TOKEN_LIFETIME_SECONDS))).toBe('expired');
});

test('a typed name is kept for a minute, and says nothing about any session', () => {
  const cookies = typedNameCookies('界'.repeat(64));
  expect(cookies).toEqual([expect.stringMatching(/; Path=\/login; HttpOnly; SameSite=Lax; Max-Age=60$/)]);
  expect(cookies[0]?.length).toBeLessThan(420);
  const hint = hintIn(sent(cookies));
  expect(hint).toEqual({ name: '界'.repeat(64) });
  expect(hint && hintedReason(hint, NOW)).toBeUndefined();
});

test.each(['', 'x'.repeat(65), ['ada'], null, undefined])('%j is a name that nobody can have', (name) => {
  expect(typedNameCookies(name)).toEqual([]);
});

test.each([
  ['no JSON', 'x'],
  ['another shape', Buffer.from('{"name":7}').toString('base64url')],
  ['a reason nobody gives', Buffer.from('{"name":"ada","reason":"toString"}').toString('base64url')],
  ['a name too long', Buffer.from(JSON.stringify({ name: 'x'.repeat(65) })).toString('base64url')],
])('a hint that is %s says nothing', (_, value) => {
  expect(hintIn(new Headers({ cookie: `login_hint=${value}` }))).toBeNull();
});

test('a typed name comes back as it was, and no other cookie says more than a name and a notice', () => {
  const cookie = fc.oneof(
    textOf('a', '"', '%', '=', 'eyJ', '.'),
    fc.json().map((json) => Buffer.from(json).toString('base64url')),
    fc
      .dictionary(
        fc.constantFrom('name', 'reason', 'expiresAt'),
        fc.oneof(fc.constantFrom('ada', 'ended', 'toString', 7), fc.jsonValue()),
      )
      .map((hint) => Buffer.from(JSON.stringify(hint)).toString('base64url')),
  );
  fc.assert(
    fc.property(anyText, cookie, (name, value) => {
      const isName = name.length > 0 && name.length <= 64;
      expect(hintIn(sent(typedNameCookies(name)))).toEqual(isName ? { name } : null);
      const hint = hintIn(new Headers({ cookie: `login_hint=${value}` }));
      if (!hint) return;
      expect(typedNameCookies(hint.name)).toHaveLength(1);
      if (hint.reason !== undefined) expect(isSignInNotice(hint.reason)).toBe(true);
    }),
    { numRuns: 200 },
  );
});
