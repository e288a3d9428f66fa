import { eq, like } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { auditEvents, rateLimits, sessions } from '../../db/schema.ts';
import { proofNonce } from '../binding/proof-nonce.ts';
import { makeProof, newProofKey, otherSpelling, type ProofKey } from '../binding/test-proof.ts';
import { login } from '../passwords/login.ts';
import { authenticate } from '../request/authenticate.ts';
import { tokenCookies } from '../request/cookies.ts';
import { readSender } from '../request/sender.ts';
import { issueTokens } from '../sessions/issue-tokens.ts';
import { addUser, CALLER, openTestApp, PASSWORD, refreshBy, type TestApp } from '../test-app.ts';
import { PROOFS_SEEN_MIN, REFRESHES_PER_SESSION } from './refresh-limits.ts';

const NOW = new Date('2026-11-23T12:00:00Z');
const later = (seconds: number) => new Date(NOW.getTime() + seconds * 1_000);

let app: TestApp;
let key: ProofKey;
let users_ = 0;
beforeAll(async () => {
  app = await openTestApp();
  key = await newProofKey();
});
afterAll(() => app.close());

async function signInBound() {
  users_ += 1;
  const name = `user ${users_}`;
  const userId = await addUser(app.db, name);
  const terms = { jkt: key.jkt, needRefreshToken: true };
  const { session } = await login(app.db, { name, pwd: PASSWORD }, CALLER, NOW, terms);
  const tokens = await issueTokens(session, NOW);
  const cookie = (await tokenCookies(userId, tokens, NOW)).map((line) => line.split(';')[0]).join('; ');
  return { userId, session, tokens, cookie };
}

const proofAt = (now: Date, by = key) => makeProof(by, proofNonce(now));
const withCookie = (cookie: string, dpop?: string) => new Headers({ cookie, ...(dpop && { dpop }) });
const outcome = (cookie: string, proof: string, now = NOW) =>
  refreshBy(app.db, withCookie(cookie, proof), now).then(
    () => 'refreshed',
    ({ code, message }) => `${code}: ${message}`,
  );
const eventsOf = async (sessionId: string) =>
  (await app.db.select().from(auditEvents).where(eq(auditEvents.sessionId, sessionId))).map(({ event }) => event);

test('the key a session began with refreshes it, again and again', async () => {
  const { cookie } = await signInBound();
  for (const seconds of [0, 7_200, 600_000]) {
    expect(await outcome(cookie, await proofAt(later(seconds)), later(seconds))).toBe('refreshed');
  }
});

test('a refresh that succeeds is one statement, with a key and without', async () => {
  const { cookie } = await signInBound();
  const name = 'one statement';
  await addUser(app.db, name);
  const { session } = await login(app.db, { name, pwd: PASSWORD }, CALLER, NOW);
  const { refreshToken } = await issueTokens(session, NOW);
  const statements = (['select', 'insert', 'update', 'delete', 'execute', 'transaction'] as const).map((kind) =>
    vi.spyOn(app.db, kind),
  );
  const count = () => statements.reduce((sum, { mock }) => sum + mock.calls.length, 0);
  expect(await outcome(cookie, await proofAt(NOW))).toBe('refreshed');
  expect(count()).toBe(1);
  await refreshBy(app.db, new Headers({ authorization: `Bearer ${refreshToken}` }), NOW);
  expect(count()).toBe(2);
  vi.restoreAllMocks();
});

test('who has the token and not the key is slowed down, and holds up neither its owner nor an owner whose nonce is old', async () => {
  const { cookie } = await signInBound();
  await app.db.delete(rateLimits);
  expect(await outcome(cookie, 'nonsense')).toMatch(/^invalid_dpop_proof/);
  const ofRefusals = like(rateLimits.key, 'refresh refused%');
  const counted = await app.db.update(rateLimits).set({ points: REFRESHES_PER_SESSION }).where(ofRefusals).returning();
  expect(counted).toHaveLength(1);
  expect(await outcome(cookie, 'nonsense')).toMatch(/^rate_limited/);
  await expect(refreshBy(app.db, withCookie(cookie), NOW)).rejects.toMatchObject({ code: 'rate_limited' });
  expect(await outcome(cookie, await proofAt(later(-3_600)))).toBe('use_dpop_nonce: Key proof required.');
  expect(await outcome(cookie, await proofAt(NOW))).toBe('refreshed');
});

test('without a proof a bound session refreshes nothing, however its token comes, and lives on', async () => {
  const { cookie, tokens } = await signInBound();
  const asked = { code: 'use_dpop_nonce' };
  await expect(refreshBy(app.db, withCookie(cookie), NOW)).rejects.toMatchObject(asked);
  for (const scheme of ['Bearer', 'DPoP']) {
    const headers = new Headers({ authorization: `${scheme} ${tokens.refreshToken}` });
    await expect(refreshBy(app.db, headers, NOW)).rejects.toMatchObject(asked);
  }
  expect(await outcome(cookie, await proofAt(NOW))).toBe('refreshed');
});

test('an unbound session ignores a proof, and is not bound by it', async () => {
  const userId = await addUser(app.db, 'unbound');
  const { session } = await login(app.db, { name: 'unbound', pwd: PASSWORD }, CALLER, NOW);
  const { refreshToken } = await issueTokens(session, NOW);
  const authorization = `Bearer ${refreshToken}`;
  for (const dpop of ['nonsense', await proofAt(NOW)]) {
    const refreshed = await refreshBy(app.db, new Headers({ authorization, dpop }), NOW);
    expect(refreshed.session).toMatchObject({ userId, jkt: null });
  }
});

test('what is wrong with the token comes before what is wrong with the proof', async () => {
  const { cookie, session } = await signInBound();
  await app.db.update(sessions).set({ revokedAt: NOW }).where(eq(sessions.id, session.id));
  expect(await outcome(cookie, 'nonsense')).toBe('invalid_grant: Wrong Token');
});

test('after the browser’s own first refresh a proof of the first key changes nothing in the session', async () => {
  const { cookie, session } = await signInBound();
  const ofSession = eq(sessions.id, session.id);
  const [before] = await app.db.update(sessions).set({ dbscId: 'browser', dbscAt: NOW }).where(ofSession).returning();
  const refreshed = await refreshBy(app.db, withCookie(cookie, await proofAt(later(60))), later(60));
  expect(refreshed).toMatchObject({ isNew: false, tokens: { accessToken: '' } });
  expect(await app.db.select().from(sessions).where(ofSession)).toEqual([before]);
});

describe('a proof works once', () => {
  test('sent again it is refused, in either spelling of its signature, and the session lives on', async () => {
    const { cookie } = await signInBound();
    const proof = await proofAt(NOW);
    expect(await outcome(cookie, proof)).toBe('refreshed');
    for (const copy of [proof, otherSpelling(proof)]) {
      expect(await outcome(cookie, copy, later(60))).toBe('invalid_dpop_proof: Key proof already used.');
    }
    expect(await outcome(cookie, await proofAt(NOW))).toBe('refreshed');
  });

  test('of six copies at once exactly one succeeds', async () => {
    const { cookie } = await signInBound();
    const proof = await proofAt(NOW);
    const outcomes = await Promise.all(Array.from({ length: 6 }, () => outcome(cookie, proof)));
    expect(outcomes.filter((one) => one === 'refreshed')).toHaveLength(1);
  });

  test('it is remembered until its nonce is too old to be taken again', async () => {
    const { cookie } = await signInBound();
    const proof = await proofAt(NOW);
    await outcome(cookie, proof);
    for (let seconds = 60; seconds < 600; seconds += 60) {
      const now = later(seconds);
      expect(await outcome(cookie, proof, now)).toMatch(/already used|Key proof required/);
      expect(await outcome(cookie, await proofAt(now), now)).toBe('refreshed');
    }
  });

  test('with no room to remember another, it is refused rather than one forgotten', async () => {
    const { cookie, session } = await signInBound();
    const proofs = await Promise.all(Array.from({ length: PROOFS_SEEN_MIN + 1 }, () => proofAt(NOW)));
    const outcomes = await Promise.all(proofs.map((proof) => outcome(cookie, proof)));
    expect(outcomes.filter((one) => one === 'refreshed')).toHaveLength(PROOFS_SEEN_MIN);
    expect(outcomes).toContain('rate_limited: Too many refreshes.');
    const refused = refreshBy(app.db, withCookie(cookie, await proofAt(NOW)), NOW);
    await expect(refused).rejects.toMatchObject({ retryAfterSeconds: 60 });
    expect(await outcome(cookie, await proofAt(later(420)), later(420))).toBe('refreshed');
    const [row] = await app.db.select().from(sessions).where(eq(sessions.id, session.id));
    expect(row?.proofSeen).toHaveLength(1);
  });
});

describe('a proof of another key', () => {
  test('refreshes nothing, is told to the user, and leaves the session to its owner', async () => {
    const { cookie, session } = await signInBound();
    const thief = await newProofKey();
    await expect(refreshBy(app.db, withCookie(cookie, await proofAt(NOW, thief)), NOW)).rejects.toMatchObject({
      code: 'invalid_grant',
      message: 'Wrong Token',
      reason: 'other_key',
    });
    expect(await eventsOf(session.id)).toContain('authn_key_mismatch');
    expect(await outcome(cookie, await proofAt(NOW))).toBe('refreshed');
  });

  test('ends the session the third time within ten minutes, both tokens', async () => {
    const { cookie, session, tokens } = await signInBound();
    const thief = await newProofKey();
    for (const seconds of [0, 300, 599]) {
      const now = later(seconds);
      expect(await outcome(cookie, await proofAt(now, thief), now)).toBe('invalid_grant: Wrong Token');
    }
    expect(await outcome(cookie, await proofAt(later(599)), later(599))).toBe('invalid_grant: Wrong Token');
    const headers = new Headers({ authorization: `Bearer ${tokens.accessToken}` });
    await expect(authenticate(readSender(headers).credential, later(600))).rejects.toMatchObject({
      code: 'invalid_token',
    });
    expect((await eventsOf(session.id)).slice(-2)).toEqual(['authn_key_mismatch', 'session_revoked']);
    const [row] = await app.db.select().from(sessions).where(eq(sessions.id, session.id));
    expect(row?.revokedReason).toBe('key_mismatch');
  });

  test('now and then, over a longer time, ends nothing', async () => {
    const { cookie } = await signInBound();
    const thief = await newProofKey();
    for (const seconds of [0, 400, 800, 1_200]) {
      const now = later(seconds);
      await outcome(cookie, await proofAt(now, thief), now);
    }
    expect(await outcome(cookie, await proofAt(later(1_201)), later(1_201))).toBe('refreshed');
  });

  test('counts only when it is good: nonsense, and no proof at all, end nothing', async () => {
    const { cookie } = await signInBound();
    const thief = await newProofKey();
    const stale = await makeProof(thief, 'none');
    for (let n = 0; n < 5; n += 1) {
      expect(await outcome(cookie, 'nonsense')).toBe('invalid_dpop_proof: Invalid key proof.');
      expect(await outcome(cookie, stale)).toBe('use_dpop_nonce: Key proof required.');
      await expect(refreshBy(app.db, withCookie(cookie), NOW)).rejects.toMatchObject({ code: 'use_dpop_nonce' });
    }
    expect(await outcome(cookie, await proofAt(NOW))).toBe('refreshed');
  });
});
