/** Why a refresh was refused, where `BINDING_POLICY` asks every browser for a key. */
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { sessions } from '../../db/schema.ts';
import { proofNonce } from '../binding/proof-nonce.ts';
import { makeProof, newProofKey, type ProofKey } from '../binding/test-proof.ts';
import { login } from '../passwords/login.ts';
import { tokenCookies } from '../request/cookies.ts';
import { issueTokens } from '../sessions/issue-tokens.ts';
import { addUser, CALLER, openTestApp, PASSWORD, refreshBy, type TestApp } from '../test-app.ts';

const NOW = new Date('2026-11-23T12:00:00Z');
const anHourAgo = new Date(NOW.getTime() - 3_600_000);

let app: TestApp;
let key: ProofKey;
let users = 0;
beforeAll(async () => {
  vi.stubEnv('BINDING_POLICY', 'require');
  app = await openTestApp();
  key = await newProofKey();
});
afterAll(() => app.close());

async function signIn(jkt: string | null) {
  users += 1;
  const name = `user ${users}`;
  const userId = await addUser(app.db, name);
  const { session } = await login(app.db, { name, pwd: PASSWORD }, CALLER, NOW, { jkt, needRefreshToken: true });
  const tokens = await issueTokens(session, NOW);
  const cookie = (await tokenCookies(userId, tokens, NOW)).map((line) => line.split(';')[0]).join('; ');
  return { id: session.id, cookie, accessToken: tokens.accessToken };
}

const refusal = (headers: Record<string, string>) =>
  refreshBy(app.db, new Headers(headers), NOW).then(
    () => 'refreshed',
    ({ code, reason }) => [code, reason],
  );

test('without a key that the policy asks for, though the token is good', async () => {
  const { cookie } = await signIn(null);
  expect(await refusal({ cookie })).toEqual(['invalid_grant', 'key_required']);
});

test('without a refresh token, with an access token, and with one that is junk', async () => {
  const { accessToken } = await signIn(key.jkt);
  expect(await refusal({})).toEqual(['invalid_grant', 'missing']);
  expect(await refusal({ authorization: `Bearer ${accessToken}` })).toEqual(['invalid_grant', 'wrong_kind']);
  expect(await refusal({ cookie: 'refresh_token=junk' })).toEqual(['invalid_grant', 'malformed']);
});

test('with the cookies of two users', async () => {
  const [one, another] = [await signIn(key.jkt), await signIn(key.jkt)];
  const seals = [one, another].map(({ cookie }) => /refresh_token=[^;]+/.exec(cookie)?.[0]);
  expect(await refusal({ cookie: seals.join('; ') })).toEqual(['invalid_grant', 'not_believed']);
});

test('of a session that was revoked', async () => {
  const { id, cookie } = await signIn(key.jkt);
  await app.db.update(sessions).set({ revokedAt: NOW }).where(eq(sessions.id, id));
  expect(await refusal({ cookie, dpop: 'junk' })).toEqual(['invalid_grant', 'no_live_session']);
});

test('by its proof: none, junk, an old one, one of another key, and one that was used', async () => {
  const { cookie } = await signIn(key.jkt);
  const dpop = await makeProof(key, proofNonce(NOW));
  const [old, thief] = [await makeProof(key, proofNonce(anHourAgo)), await newProofKey()];
  expect(await refusal({ cookie })).toEqual(['use_dpop_nonce', 'missing']);
  expect(await refusal({ cookie, dpop: 'junk' })).toEqual(['invalid_dpop_proof', 'malformed']);
  expect(await refusal({ cookie, dpop: old })).toEqual(['use_dpop_nonce', 'stale_nonce']);
  const ofThief = await makeProof(thief, proofNonce(NOW));
  expect(await refusal({ cookie, dpop: ofThief })).toEqual(['invalid_grant', 'other_key']);
  expect(await refusal({ cookie, dpop })).toBe('refreshed');
  expect(await refusal({ cookie, dpop })).toEqual(['invalid_dpop_proof', 'proof_used']);
});
