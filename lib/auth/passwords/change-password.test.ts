/** What a change of password leaves of the session it was made in. */
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sessions } from '../../db/schema.ts';
import { proofNonce } from '../binding/proof-nonce.ts';
import { makeProof, newProofKey } from '../binding/test-proof.ts';
import { authenticate, type Principal } from '../request/authenticate.ts';
import { tokenCookies } from '../request/cookies.ts';
import { readSender } from '../request/sender.ts';
import { issueTokens } from '../sessions/issue-tokens.ts';
import { listLiveSessions } from '../sessions/list-sessions.ts';
import { REPLACED_GRACE_SECONDS } from '../sessions/session-limits.ts';
import { revokeSession } from '../sessions/sessions.ts';
import { addUser, CALLER, openTestApp, PASSWORD, refreshBy, type TestApp } from '../test-app.ts';
import { REFRESH_TOKEN_LIFETIME_SECONDS } from '../tokens/token-limits.ts';
import { changePassword } from './change-password.ts';
import { login } from './login.ts';

const NOW = new Date('2026-11-23T12:00:00Z');
const LATER = new Date('2026-11-25T12:00:00Z');
const NEW_PASSWORD = 'violet lantern orchard';

let app: TestApp;
let names = 0;
beforeAll(async () => {
  app = await openTestApp();
});
afterAll(() => app.close());

async function signedIn(via: Principal['via'], jkt: string | null = null) {
  names += 1;
  const name = `user ${names}`;
  await addUser(app.db, name);
  const { session } = await login(app.db, { name, pwd: PASSWORD }, CALLER, NOW, { jkt, needRefreshToken: true });
  const tokens = await issueTokens(session, NOW);
  const principal = { userId: session.userId, sessionId: session.id, via, issuedAt: NOW, expiresAt: LATER };
  return { session, tokens, principal };
}

const change = (principal: Principal, current = PASSWORD) =>
  changePassword(app.db, principal, { current, new: NEW_PASSWORD }, CALLER, LATER);
const bearer = (token: string | null) => new Headers({ authorization: `Bearer ${token}` });

describe('in a browser', () => {
  test('copied cookies of the changing session are good for nothing afterwards', async () => {
    const { tokens, principal } = await signedIn('cookie');
    await change(principal);
    await expect(refreshBy(app.db, bearer(tokens.refreshToken), LATER)).rejects.toMatchObject({
      code: 'invalid_grant',
    });
    await expect(authenticate(readSender(bearer(tokens.accessToken)).credential, NOW)).rejects.toMatchObject({
      code: 'invalid_token',
    });
  });

  test('it goes on as a session of its own, for its whole life again, and no other is left', async () => {
    const { session, principal } = await signedIn('cookie');
    const next = (await change(principal))?.session;
    expect(next?.id).not.toBe(session.id);
    expect(next?.expiresAt).toEqual(new Date(LATER.getTime() + REFRESH_TOKEN_LIFETIME_SECONDS * 1_000));
    expect((await listLiveSessions(app.db, session.userId, LATER, { limit: 100 })).map(({ id }) => id)).toEqual([
      next?.id,
    ]);
    const { refreshToken } = next ? await issueTokens(next, LATER) : { refreshToken: null };
    expect((await refreshBy(app.db, bearer(refreshToken), LATER)).session.id).toBe(next?.id);
  });

  test('it keeps its key, without which its new refresh token is worth nothing', async () => {
    const key = await newProofKey();
    const { principal } = await signedIn('cookie', key.jkt);
    const next = (await change(principal))?.session;
    const { refreshToken } = next ? await issueTokens(next, LATER) : { refreshToken: null };
    await expect(refreshBy(app.db, bearer(refreshToken), LATER)).rejects.toMatchObject({ code: 'use_dpop_nonce' });
    const headers = bearer(refreshToken);
    headers.set('dpop', await makeProof(key, proofNonce(LATER)));
    expect((await refreshBy(app.db, headers, LATER)).session.jkt).toBe(key.jkt);
  });

  test('what the browser itself has bound goes on under the same name', async () => {
    const { session, principal } = await signedIn('cookie');
    const bound = { dbscId: 'browser', dbscAt: NOW, dbscChallenges: ['one'] };
    await app.db.update(sessions).set(bound).where(eq(sessions.id, session.id));
    const next = (await change(principal))?.session;
    const [row] = await app.db.select().from(sessions).where(eq(sessions.dbscId, 'browser'));
    expect(row).toMatchObject({ ...bound, id: next?.id });
  });

  test('a session that has ended in the meantime changes no password', async () => {
    const { session, principal } = await signedIn('cookie');
    await revokeSession(app.db, session.userId, session.id, 'ended_by_user');
    await expect(change(principal)).rejects.toMatchObject({ code: 'invalid_token' });
    await expect(change(principal, NEW_PASSWORD)).rejects.toMatchObject({ code: 'invalid_credentials' });
  });
});

test('a refresh that was on its way in the same browser takes nothing from it, and a copy is told the end soon after', async () => {
  const { session, tokens, principal } = await signedIn('cookie');
  const [, hint, cookie] = await tokenCookies(session.userId, tokens, NOW);
  await change(principal);
  await app.db.update(sessions).set({ revokedAt: LATER }).where(eq(sessions.id, session.id));
  const headers = new Headers({ cookie: [hint, cookie].map((line) => line?.split(';')[0]).join('; ') });
  const soon = new Date(LATER.getTime() + 1_000);
  await expect(refreshBy(app.db, headers, soon)).rejects.toMatchObject({ code: 'unavailable', retryAfterSeconds: 1 });
  const later = new Date(LATER.getTime() + (REPLACED_GRACE_SECONDS + 1) * 1_000);
  await expect(refreshBy(app.db, headers, later)).rejects.toMatchObject({ code: 'invalid_grant' });
});

test('a program keeps the tokens it has, since the answer brings it no others', async () => {
  const { session, tokens, principal } = await signedIn('authorization');
  expect(await change(principal)).toBeNull();
  expect((await refreshBy(app.db, bearer(tokens.refreshToken), LATER)).session.id).toBe(session.id);
});

test('a commit whose answer is lost is not said to have changed nothing', async () => {
  const { principal } = await signedIn('cookie');
  const lost = new Proxy(app.db, {
    get(target, property) {
      const value = Reflect.get(target, property);
      if (property !== 'transaction') return typeof value === 'function' ? value.bind(target) : value;
      return async (...args: Parameters<typeof target.transaction>) => {
        await target.transaction(...args);
        throw Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
      };
    },
  });
  const change = { current: PASSWORD, new: NEW_PASSWORD };
  await expect(changePassword(lost, principal, change, CALLER, LATER)).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringContaining('Your password may have been changed'),
  });
});
