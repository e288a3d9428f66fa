import { generateKeyPair } from 'jose';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { loadTestKeys, NEW_SECRET, OLD_SECRET } from '../tokens/test-keys.ts';
import { verifyProof, verifySigner } from './dpop-proof.ts';
import { proofNonce, recentNonceStep } from './proof-nonce.ts';
import { makeProof, newProofKey, otherSpelling, type ProofChanges, type ProofKey } from './test-proof.ts';

const NOW = new Date('2026-11-23T12:00:30Z');
const TARGET = { htm: 'PUT', htu: 'http://localhost:3000/api/refresh_token' };
const later = (seconds: number) => new Date(NOW.getTime() + seconds * 1_000);

let key: ProofKey;
beforeAll(async () => {
  key = await newProofKey();
});
beforeEach(() => loadTestKeys(NEW_SECRET, OLD_SECRET));

const checked = (proof: string, now = NOW) => verifyProof(proof, TARGET, now);
const changed = async (changes: ProofChanges) => checked(await makeProof(key, proofNonce(NOW), changes));
const INVALID = { code: 'invalid_dpop_proof', message: 'Invalid key proof.' };
const NEEDS_NONCE = { code: 'use_dpop_nonce', message: 'Key proof required.' };

test('a good proof tells whose key it is', async () => {
  const { jkt, id, step } = await changed({});
  expect(jkt).toBe(key.jkt);
  expect(id).toMatch(new RegExp(`^${step}\\.[A-Za-z0-9_-]{22}$`));
});

describe('RFC 9449’s own example', () => {
  const EXAMPLE =
    'eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI6Imw4dEZyaHgtMzR0VjNoUklDUkRZOXpDa0RscEJoRjQyVVFVZldWQVdCRnMiLCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY3VOSmFqSG10NnY5VERWclUwQ2R2R1JEQSIsImNydiI6IlAtMjU2In19.eyJqdGkiOiItQndDM0VTYzZhY2MybFRjIiwiaHRtIjoiUE9TVCIsImh0dSI6Imh0dHBzOi8vc2VydmVyLmV4YW1wbGUuY29tL3Rva2VuIiwiaWF0IjoxNTYyMjYyNjE2fQ.2-GxA6T8lP4vfrg8v-FdWP0A0zdrj8igiMLvqRMUvwnQg4PtFLbdLXiOSsX0x7NVY-FNyJK70nfbV37xRZT3Lg';
  const headers = new Headers({ dpop: EXAMPLE });

  test('verifies, and its key has the thumbprint the RFC states', async () => {
    const { jwk } = JSON.parse(Buffer.from(EXAMPLE.split('.')[0] ?? '', 'base64url').toString());
    expect(await verifySigner(EXAMPLE, jwk)).toBe('0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I');
  });

  test('lacks only our nonce, and fits no other endpoint', async () => {
    const example = { htm: 'POST', htu: 'https://server.example.com/token' };
    await expect(verifyProof(headers.get('dpop'), example, NOW)).rejects.toMatchObject(NEEDS_NONCE);
    await expect(verifyProof(headers.get('dpop'), TARGET, NOW)).rejects.toMatchObject(INVALID);
  });
});

test('no proof at all asks for one', async () => {
  await expect(verifyProof(null, TARGET, NOW)).rejects.toMatchObject(NEEDS_NONCE);
});

describe('the header must be one compact JWS', () => {
  const good = () => makeProof(key, proofNonce(NOW));
  test.each<[string, (proof: string) => string | string[]]>([
    ['twice the same', (proof) => [proof, proof]],
    ['two, the second of them nonsense', (proof) => [proof, 'a.b.c']],
    ['empty', () => ''],
    ['two parts', () => 'a.b'],
    ['five parts', (proof) => `${proof}.x.y`],
    ['padded', (proof) => `${proof}=`],
    ['with a space in it', (proof) => proof.replace('.', '. ')],
    ['10 KB', (proof) => proof + 'A'.repeat(10_000)],
    ['JSON', () => '{"payload":"","signatures":[]}'],
    ['not JSON inside', () => 'AAAA.AAAA.AAAA'],
  ])('%s is refused', async (_, change) => {
    const headers = new Headers();
    for (const value of [change(await good())].flat()) headers.append('dpop', value);
    await expect(verifyProof(headers.get('dpop'), TARGET, NOW)).rejects.toMatchObject(INVALID);
  });
});

describe('what the header says', () => {
  test.each<[string, object]>([
    ['typ JWT', { typ: 'JWT' }],
    ['no typ', { typ: undefined }],
    ['typ dbsc+jwt', { typ: 'dbsc+jwt' }],
    ['crit', { crit: ['b64'], b64: true }],
    ['no jwk', { jwk: undefined }],
    ['jwk a string', { jwk: 'x' }],
    ['jwk null', { jwk: null }],
  ])('%s is refused', async (_, header) => {
    await expect(changed({ header })).rejects.toMatchObject(INVALID);
  });

  test.each<[string, object]>([
    ['a private part', { d: 'AAAA' }],
    ['another curve', { crv: 'P-384' }],
    ['a symmetric key', { kty: 'oct', k: 'AAAA' }],
    ['y missing', { y: undefined }],
    ['a point off the curve', { x: 'A'.repeat(43) }],
    ['an overlong coordinate', { x: `AAAA${'A'.repeat(43)}` }],
    ['meant for encryption', { use: 'enc' }],
    ['of another algorithm', { alg: 'ES384' }],
    ['an unknown member', { x5u: 'https://evil.test' }],
  ])('a key with %s is refused', async (_, part) => {
    await expect(changed({ header: { jwk: { ...key.jwk, ...part } } })).rejects.toMatchObject(INVALID);
  });

  test('what browsers put into an exported public key is taken', async () => {
    const jwk = { ...key.jwk, ext: true, key_ops: ['verify'], kid: 'mine', alg: 'ES256', use: 'sig' };
    expect((await changed({ header: { jwk } })).jkt).toBe(key.jkt);
  });

  test.each(['none', 'HS256', 'RS256', 'ES384'])('alg %s is refused', async (alg) => {
    const [header = '', ...rest] = (await makeProof(key, proofNonce(NOW))).split('.');
    const other = { ...JSON.parse(Buffer.from(header, 'base64url').toString()), alg };
    const proof = [Buffer.from(JSON.stringify(other)).toString('base64url'), ...rest].join('.');
    await expect(checked(proof)).rejects.toMatchObject(INVALID);
  });
});

describe('what the claims say', () => {
  test.each<[string, object]>([
    ['no jti', { jti: undefined }],
    ['a short jti', { jti: 'x'.repeat(15) }],
    ['a long jti', { jti: 'x'.repeat(129) }],
    ['a jti that is a number', { jti: 1e20 }],
    ['no htm', { htm: undefined }],
    ['htm of another method', { htm: 'POST' }],
    ['htm in small letters', { htm: 'put' }],
    ['htm as an array', { htm: ['PUT'] }],
    ['no htu', { htu: undefined }],
    ['htu as an array', { htu: [TARGET.htu] }],
    ['htu of another path', { htu: 'http://localhost:3000/api/login' }],
    ['htu of another host', { htu: 'http://evil.test/api/refresh_token' }],
    ['htu of another scheme', { htu: 'https://localhost:3000/api/refresh_token' }],
    ['htu of another port', { htu: 'http://localhost:3001/api/refresh_token' }],
    ['htu with a user', { htu: 'http://me@localhost:3000/api/refresh_token' }],
    ['htu without an origin', { htu: '/api/refresh_token' }],
    ['no iat', { iat: undefined }],
    ['iat as text', { iat: '1' }],
    ['iat null', { iat: null }],
  ])('%s is refused', async (_, claims) => {
    await expect(changed({ claims })).rejects.toMatchObject(INVALID);
  });

  test.each<[string, object]>([
    ['none', { nonce: undefined }],
    ['a number', { nonce: 1 }],
    ['an array', { nonce: ['x'] }],
    ['empty', { nonce: '' }],
    ['made up', { nonce: 'k3x.AAAAAAAAAAAAAAAAAAAAAA' }],
  ])('with the nonce %s another proof is asked for', async (_, claims) => {
    await expect(changed({ claims })).rejects.toMatchObject(NEEDS_NONCE);
  });

  test('the address is compared as an address: case, default ports, query and fragment do not count', async () => {
    const htu = 'HTTP://LOCALHOST:3000/api/./refresh_token?x=1#y';
    expect((await changed({ claims: { htu } })).jkt).toBe(key.jkt);
  });

  test.each([-3, 3])('a client clock %i years off harms nobody', async (years) => {
    const iat = NOW.getTime() / 1_000 + years * 31_557_600;
    expect((await changed({ claims: { iat, exp: 1, nbf: 9e9 } })).jkt).toBe(key.jkt);
  });

  test('text that is not UTF-8 is refused', async () => {
    const proof = await makeProof(key, proofNonce(NOW));
    const payload = Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]).toString('base64url');
    await expect(checked(proof.replace(/\.[^.]+\./, `.${payload}.`))).rejects.toMatchObject(INVALID);
  });
});

test('a signature by another key is refused', async () => {
  const { privateKey } = await generateKeyPair('ES256');
  await expect(changed({ signer: privateKey })).rejects.toMatchObject(INVALID);
});

test('an access token is no proof', async () => {
  const { signAccessToken } = await import('../tokens/access-token.ts');
  const { randomId } = await import('../tokens/random-id.ts');
  const subject = { userId: 1, sessionId: randomId(), tokenId: randomId(), expiresAt: later(600) };
  await expect(checked(await signAccessToken(subject, NOW))).rejects.toMatchObject(INVALID);
});

test('both spellings of one signature have the same id', async () => {
  const proof = await makeProof(key, proofNonce(NOW));
  const twin = otherSpelling(proof);
  expect(twin).not.toBe(proof);
  expect((await checked(twin)).id).toBe((await checked(proof)).id);
});

describe('a nonce', () => {
  test('is taken for four more minutes, and one early for instances whose clocks differ', () => {
    const nonce = proofNonce(NOW);
    const taken = [-120, -60, 0, 60, 240, 300].map((seconds) => recentNonceStep(nonce, later(seconds)) !== null);
    expect(taken).toEqual([false, true, true, true, true, false]);
  });

  test('changes every minute', () => {
    expect(proofNonce(later(29))).toBe(proofNonce(NOW));
    expect(proofNonce(later(30))).not.toBe(proofNonce(NOW));
  });

  test('of an older secret is taken while that secret is still listed', async () => {
    await loadTestKeys(OLD_SECRET);
    const nonce = proofNonce(NOW);
    await loadTestKeys(NEW_SECRET, OLD_SECRET);
    expect(recentNonceStep(nonce, NOW)).not.toBeNull();
    await loadTestKeys(NEW_SECRET);
    expect(recentNonceStep(nonce, NOW)).toBeNull();
  });

  test.each([(n: string) => ` ${n}`, (n: string) => `0${n}`, (n: string) => `${n}A`, (n: string) => n.toUpperCase()])(
    'has one spelling',
    (change) => {
      expect(recentNonceStep(change(proofNonce(NOW)), NOW)).toBeNull();
    },
  );
});
