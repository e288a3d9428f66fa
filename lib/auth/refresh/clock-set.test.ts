/** The clock is set back or ahead while people are signed in: nobody is signed out, and nothing revoked comes back. */
import { eq } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { sessions } from '../../db/schema.ts';
import { proofNonce } from '../binding/proof-nonce.ts';
import { makeProof, newProofKey, type ProofKey } from '../binding/test-proof.ts';
import { requireRecentSignIn } from '../passwords/confirm-password.ts';
import { login } from '../passwords/login.ts';
import { counter } from '../passwords/rate-limit.ts';
import { DenySet, isRevoked } from '../sessions/deny-set.ts';
import { issueTokens } from '../sessions/issue-tokens.ts';
import { addUser, CALLER, openTestApp, PASSWORD, refreshBy, type TestApp } from '../test-app.ts';
import { verifyAccessToken } from '../tokens/access-token.ts';
import { PROOFS_SEEN_MIN, REFRESHES_PER_SESSION } from './refresh-limits.ts';

const NOW = new Date('2026-11-23T12:00:00Z');
const HOUR = 3_600;
const at = (seconds: number) => new Date(NOW.getTime() + seconds * 1_000);

let app: TestApp;
let key: ProofKey;
let users_ = 0;
beforeAll(async () => {
  app = await openTestApp();
  key = await newProofKey();
});
afterAll(() => app.close());
afterEach(() => vi.useRealTimers());

async function signInAt(now: Date, jkt: string | null = null) {
  users_ += 1;
  const name = `user ${users_}`;
  const userId = await addUser(app.db, name);
  const { session } = await login(app.db, { name, pwd: PASSWORD }, CALLER, now, { jkt, needRefreshToken: true });
  const tokens = await issueTokens(session, now);
  const authorization = `Bearer ${tokens.refreshToken}`;
  const refreshAt = async (then: Date, dpop?: string) =>
    refreshBy(app.db, new Headers({ authorization, ...(dpop && { dpop }) }), then).then(
      (refreshed) => refreshed.tokens.accessToken,
      ({ code }) => String(code),
    );
  return { userId, session, tokens, refreshAt, proofAt: (now: Date) => makeProof(key, proofNonce(now)) };
}

describe.each([
  ['set back by ten minutes', 0, -600],
  ['set back by a month', 0, -30 * 24 * HOUR],
  ['an hour ahead at the sign-in, and set right', HOUR, 0],
  ['a day ahead at the sign-in, and set right', 24 * HOUR, 0],
  ['an hour behind at the sign-in, and set right', -HOUR, 0],
])('with the clock %s', (_, signedInAt, then) => {
  test('a session without a key goes on', async () => {
    const { refreshAt } = await signInAt(at(signedInAt));
    expect(await verifyAccessToken(await refreshAt(at(then)), at(then))).toHaveProperty('claims');
  });

  test('a session with a key goes on', async () => {
    const { refreshAt, proofAt } = await signInAt(at(signedInAt), key.jkt);
    expect(await verifyAccessToken(await refreshAt(at(then), await proofAt(at(then))), at(then))).toHaveProperty(
      'claims',
    );
  });
});

test('an access token from before the clock was set back is refused, also when it has been seen', async () => {
  const { tokens } = await signInAt(at(HOUR));
  expect(await verifyAccessToken(tokens.accessToken, at(HOUR))).toHaveProperty('claims');
  expect(await verifyAccessToken(tokens.accessToken, NOW)).toEqual({ problem: 'wrong_times' });
});

test('refreshes and proofs from before the clock was set back take nobody’s room, and no proof works twice', async () => {
  const { session, refreshAt, proofAt } = await signInAt(at(HOUR), key.jkt);
  const proofs = await Promise.all(Array.from({ length: PROOFS_SEEN_MIN }, () => proofAt(at(HOUR))));
  for (const proof of proofs) expect(await refreshAt(at(HOUR), proof)).toMatch(/^eyJ/);
  await app.db.update(sessions).set({ refreshes: REFRESHES_PER_SESSION }).where(eq(sessions.id, session.id));
  expect(await refreshAt(NOW, await proofAt(NOW))).toMatch(/^eyJ/);
  for (const proof of proofs) expect(await refreshAt(at(HOUR), proof)).toBe('invalid_dpop_proof');
});

test('a nonce from before the clock was set back costs one more request', async () => {
  const { refreshAt, proofAt } = await signInAt(at(HOUR), key.jkt);
  expect(await refreshAt(NOW, await proofAt(at(HOUR)))).toBe('use_dpop_nonce');
  expect(await refreshAt(NOW, await proofAt(NOW))).toMatch(/^eyJ/);
});

test('a limit’s window from before the clock was set back is over', async () => {
  const count = () => counter(app.db, { name: 'test', count: 1, windowSeconds: 60 }, 'one').count();
  vi.useFakeTimers({ toFake: ['Date'], now: at(HOUR) });
  await count();
  await expect(count()).rejects.toMatchObject({ code: 'rate_limited' });
  vi.setSystemTime(NOW);
  expect(await count()).toBe(1);
  await expect(count()).rejects.toMatchObject({ code: 'rate_limited' });
});

test('a sign-in from before the clock was set back is none from just now', async () => {
  const { userId, session } = await signInAt(at(HOUR));
  const principal = { userId, sessionId: session.id, via: 'cookie' as const, issuedAt: NOW, expiresAt: at(HOUR) };
  const confirm = requireRecentSignIn(app.db, principal, undefined, CALLER, NOW);
  await expect(confirm).rejects.toMatchObject({ code: 'reauthentication_required' });
});

test('what was revoked after the database’s clock was set back is refused', async () => {
  const { session } = await signInAt(NOW);
  const set = new DenySet();
  let monotonicMs = 1_000_000;
  const clock = { monotonicMs: () => monotonicMs };
  expect(await isRevoked(app.db, session.id, clock, set)).toBe(false);
  // As if the last pull had been an hour ahead, and the revocation came before this one.
  set.cursor = new Date((set.cursor?.getTime() ?? 0) + HOUR * 1_000);
  const revokedAt = new Date(Date.now() - 5 * 60_000);
  await app.db.update(sessions).set({ revokedAt }).where(eq(sessions.id, session.id));
  monotonicMs += 10_000;
  expect(await isRevoked(app.db, session.id, clock, set)).toBe(true);
});
