import { SignJWT } from 'jose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RefusalReason } from '../../errors.ts';
import { login } from '../passwords/login.ts';
import { issueTokens } from '../sessions/issue-tokens.ts';
import { signOut } from '../sessions/sign-out.ts';
import { addUser, CALLER, openTestApp, PASSWORD, type TestApp } from '../test-app.ts';
import { signAccessToken } from '../tokens/access-token.ts';
import { keys } from '../tokens/keys.ts';
import { randomId } from '../tokens/random-id.ts';
import { authenticate } from './authenticate.ts';
import { readSender } from './sender.ts';

const NOW = new Date('2026-11-23T12:00:00Z');
const later = (seconds: number) => new Date(NOW.getTime() + seconds * 1_000);

let app: TestApp;
let users = 0;
beforeAll(async () => {
  app = await openTestApp();
});
afterAll(() => app.close());

async function signIn() {
  users += 1;
  const name = `user ${users}`;
  const userId = await addUser(app.db, name);
  const { session } = await login(app.db, { name, pwd: PASSWORD }, CALLER, NOW);
  return { userId, session, ...(await issueTokens(session, NOW)) };
}

const bearer = (token: string) => new Headers({ authorization: `Bearer ${token}` });
const refusalOf = (headers: Headers, now = NOW) =>
  authenticate(readSender(headers).credential, now).then(
    () => null,
    ({ code, reason }) => ({ code, reason }),
  );

/** A good token of nobody’s session but for what is changed in it. */
async function forged(change: { iss?: string; kid?: string }): Promise<string> {
  const token = await signAccessToken(
    { userId: 11, sessionId: randomId(), tokenId: randomId(), expiresAt: later(7_200) },
    NOW,
  );
  const [header, payload] = token.split('.').map((part) => Buffer.from(part, 'base64url').toString());
  const { kid, iss } = { ...JSON.parse(header ?? ''), ...JSON.parse(payload ?? ''), ...change };
  return new SignJWT({ ...JSON.parse(payload ?? ''), iss })
    .setProtectedHeader({ ...JSON.parse(header ?? ''), kid })
    .sign(keys().newest.accessToken);
}

test.each<[what: string, headers: () => Headers | Promise<Headers>, reason: RefusalReason]>([
  ['nothing', () => new Headers(), 'missing'],
  ['an Authorization of another scheme', () => new Headers({ authorization: 'Basic YTpi' }), 'missing'],
  ['junk', () => bearer('junk'), 'malformed'],
  ['Bearer without a token', () => new Headers({ authorization: 'Bearer' }), 'malformed'],
  ['junk in the cookie', () => new Headers({ cookie: 'access_token=junk' }), 'malformed'],
  ['a token of another instance', async () => bearer(await forged({ kid: 'own-other' })), 'unknown_key'],
  ['a token of another origin', async () => bearer(await forged({ iss: 'https://evil.test' })), 'wrong_issuer'],
  [
    'a changed token',
    async () => bearer(`${(await signIn()).accessToken.slice(0, -43)}${'A'.repeat(43)}`),
    'bad_signature',
  ],
])('with %s the refusal knows why', async (_, headers, reason) => {
  expect(await refusalOf(await headers())).toEqual({ code: 'invalid_token', reason });
});

test('an expired token and a revoked session have their own reasons', async () => {
  const { userId, session, accessToken } = await signIn();
  expect(await refusalOf(bearer(accessToken))).toBeNull();
  await signOut(app.db, { userId, sessionId: session.id }, CALLER);
  expect(await refusalOf(bearer(accessToken))).toEqual({ code: 'invalid_token', reason: 'revoked' });
  expect(await refusalOf(bearer(accessToken), later(7_200))).toEqual({ code: 'invalid_token', reason: 'expired' });
});

test('good tokens of two people are not believed', async () => {
  const [one, another] = [await signIn(), await signIn()];
  const cookie = `access_token=${one.accessToken}; access_token=${another.accessToken}`;
  expect(await refusalOf(new Headers({ cookie }))).toEqual({ code: 'invalid_token', reason: 'not_believed' });
});

test('a refresh token is told from every other wrong token', async () => {
  const { refreshToken } = await signIn();
  expect(await refusalOf(bearer(refreshToken ?? ''))).toMatchObject({ code: 'wrong_token_kind' });
});
