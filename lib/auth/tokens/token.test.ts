import { createHmac, hkdfSync } from 'node:crypto';
import fc from 'fast-check';
import { base64url, generateKeyPair, SignJWT } from 'jose';
import { beforeEach, expect, test } from 'vitest';
import { processWide } from '../../process-wide.ts';
import { anyText } from '../../test-text.ts';
import { makeProof, newProofKey } from '../binding/test-proof.ts';
import { signAccessToken, verifyAccessToken } from './access-token.ts';
import { keys } from './keys.ts';
import { randomId } from './random-id.ts';
import {
  sealRefreshToken,
  signRefreshToken,
  unsealRefreshToken,
  verifyRefreshToken,
  verifySealedRefreshToken,
} from './refresh-token.ts';
import { loadTestKeys, NEW_SECRET, OLD_SECRET } from './test-keys.ts';
import type { TokenProblem } from './token.ts';

const NOW = new Date('2026-11-23T12:00:00Z');
const ORIGIN = 'http://localhost:3000';

beforeEach(() => loadTestKeys(NEW_SECRET, OLD_SECRET));

/** What is refused says why, and nothing else. */
const REFUSED = { problem: expect.any(String) };
const GOOD = { claims: expect.objectContaining({ user_id: 11 }) };

const later = (seconds: number) => new Date(NOW.getTime() + seconds * 1_000);
const subject = (lifetimeSeconds = 7_200) => ({
  userId: 11,
  sessionId: randomId(),
  tokenId: randomId(),
  expiresAt: later(lifetimeSeconds),
});

/** An access token with something changed in it, signed with the right key unless another is given. */
function forge(
  claims: object,
  header: object = {},
  key: CryptoKey | Uint8Array = keys().newest.accessToken,
): Promise<string> {
  const iat = NOW.getTime() / 1_000;
  const good = {
    iss: ORIGIN,
    aud: `${ORIGIN}/api`,
    iat,
    exp: iat + 7_200,
    jti: randomId(),
    sid: randomId(),
    user_id: 11,
    refresh: false,
  };
  return new SignJWT({ ...good, ...claims })
    .setProtectedHeader({ alg: 'HS256', typ: 'access+jwt', kid: 'new', ...header })
    .sign(key);
}

test('a forged token differs from a good one only in what the forger changed', async () => {
  expect(await verifyAccessToken(await forge({}), NOW)).toMatchObject({ claims: { user_id: 11, refresh: false } });
});

test('an access token carries the user and its kind, and says what it is for', async () => {
  const given = subject();
  const token = await signAccessToken(given, NOW);
  const [header, payload] = token
    .split('.')
    .slice(0, 2)
    .map((part) => JSON.parse(new TextDecoder().decode(base64url.decode(part))));
  expect(header).toEqual({ alg: 'HS256', typ: 'access+jwt', kid: 'new' });
  expect(payload).toEqual({
    user_id: 11,
    refresh: false,
    iss: ORIGIN,
    aud: `${ORIGIN}/api`,
    iat: NOW.getTime() / 1_000,
    exp: NOW.getTime() / 1_000 + 7_200,
    jti: given.tokenId,
    sid: given.sessionId,
  });
});

test('an access token is good until its end and not a second longer, also when it has been seen before', async () => {
  const token = await signAccessToken(subject(), NOW);
  expect(await verifyAccessToken(token, later(7_199))).toEqual(GOOD);
  expect(await verifyAccessToken(token, later(7_200))).toEqual({ problem: 'expired' });
});

const id = fc.stringMatching(/^[A-Za-z0-9_-]{22}$/);
const anySubject = fc.record({
  userId: fc.integer({ min: 1, max: 2 ** 31 - 1 }),
  sessionId: id,
  tokenId: id,
  expiresAt: fc.integer({ min: 1, max: 7_200 }).map(later),
  jkt: fc.option(fc.stringMatching(/^[A-Za-z0-9_-]{43}$/)),
});
const KINDS = {
  access: { sign: signAccessToken, verify: verifyAccessToken, verifyAsOther: verifyRefreshToken },
  refresh: { sign: signRefreshToken, verify: verifyRefreshToken, verifyAsOther: verifyAccessToken },
};
const kind = fc.constantFrom('access', 'refresh');

test('the two kinds never pass for each other', async () => {
  await fc.assert(
    fc.asyncProperty(anySubject, kind, async (given, kind) => {
      const { sign, verify, verifyAsOther } = KINDS[kind];
      const token = await sign(given, NOW);
      expect((await verify(token, NOW)).claims).toMatchObject({
        user_id: given.userId,
        sid: given.sessionId,
        jti: given.tokenId,
        exp: given.expiresAt.getTime() / 1_000,
        ...(given.jkt && { cnf: { jkt: given.jkt } }),
      });
      expect(await verifyAsOther(token, NOW)).toEqual({ problem: 'wrong_kind' });
      expect(await verify(token, given.expiresAt)).toEqual({ problem: 'expired' });
    }),
    { numRuns: 50 },
  );
});

test.each<[what: string, claims: object, header: object, problem: TokenProblem]>([
  ['without a type', {}, { typ: undefined }, 'wrong_kind'],
  ['of the type JWT', {}, { typ: 'JWT' }, 'wrong_kind'],
  ['of the other type', {}, { typ: 'refresh+jwt' }, 'wrong_kind'],
  ['of another issuer', { iss: 'https://evil.test' }, {}, 'wrong_issuer'],
  ['without an issuer', { iss: undefined }, {}, 'malformed'],
  ['for another audience', { aud: `${ORIGIN}/api/refresh_token` }, {}, 'wrong_kind'],
  ['for several audiences', { aud: [`${ORIGIN}/api`, 'https://evil.test'] }, {}, 'malformed'],
  ['without an audience', { aud: undefined }, {}, 'malformed'],
  ['without an end', { exp: undefined }, {}, 'malformed'],
  ['with a text for its end', { exp: '1' }, {}, 'malformed'],
  ['that has ended', { exp: NOW.getTime() / 1_000 - 1 }, {}, 'expired'],
  ['not yet valid', { nbf: NOW.getTime() / 1_000 + 60 }, {}, 'malformed'],
  ['issued tomorrow', { iat: NOW.getTime() / 1_000 + 86_400 }, {}, 'wrong_times'],
  ['that lives ten years', { exp: NOW.getTime() / 1_000 + 315_360_000 }, {}, 'wrong_times'],
  ['without an issue time', { iat: undefined }, {}, 'malformed'],
  ['without an id', { jti: undefined }, {}, 'malformed'],
  ['without a session', { sid: undefined }, {}, 'malformed'],
  ['with a session id of another form', { sid: "x' OR '1'='1" }, {}, 'malformed'],
  ['without a user', { user_id: undefined }, {}, 'malformed'],
  ['with a text for its user', { user_id: '11' }, {}, 'malformed'],
  ['that says refresh', { refresh: true }, {}, 'wrong_kind'],
  ['with a text for refresh', { refresh: 'false' }, {}, 'malformed'],
  ['with 0 for refresh', { refresh: 0 }, {}, 'malformed'],
  ['without refresh', { refresh: undefined }, {}, 'malformed'],
  ['of an unknown key', {}, { kid: 'gone' }, 'unknown_key'],
  ['of a key named __proto__', {}, { kid: '__proto__' }, 'unknown_key'],
  ['of no key', {}, { kid: undefined }, 'unknown_key'],
])('an access token %s is refused', async (_, claims, header, problem) => {
  expect(await verifyAccessToken(await forge(claims, header), NOW)).toEqual({ problem });
});

test('whatever is put into one claim or header, an access token is only for what it was signed for', async () => {
  const claim = fc.constantFrom('iss', 'aud', 'jti', 'sid', 'refresh', 'typ', 'kid');
  const value = fc.oneof(
    fc.jsonValue(),
    fc.constantFrom(`${ORIGIN}/`, `${ORIGIN}/API`, [`${ORIGIN}/api`], 'application/access+jwt', 'Access+JWT', 'NEW', [
      'new',
    ]),
  );
  await fc.assert(
    fc.asyncProperty(claim, value, async (name, value) => {
      const changed = { [name]: value };
      const isHeader = name === 'typ' || name === 'kid';
      const token = await forge(isHeader ? {} : changed, isHeader ? changed : {}).catch(() => '');
      const { claims } = await verifyAccessToken(token, NOW);
      expect(claims === undefined || claims[name as 'refresh'] === false, token).toBe(true);
    }),
    { numRuns: 200 },
  );
});

test('an access token signed with the refresh key is refused', async () => {
  expect(await verifyAccessToken(await forge({}, {}, keys().newest.refreshToken), NOW)).toEqual({
    problem: 'bad_signature',
  });
});

/** The bytes behind the key that signs access tokens, which itself is for HS256 alone. */
const accessKeyBytes = () => new Uint8Array(hkdfSync('sha256', NEW_SECRET.secret, '', 'tandem access token', 32));

test('the bytes of the key sign a good token', async () => {
  expect(await verifyAccessToken(await forge({}, {}, accessKeyBytes()), NOW)).toEqual(GOOD);
});

test.each(['HS384', 'HS512'])('an access token signed by %s is refused, though the key is right', async (alg) => {
  expect(await verifyAccessToken(await forge({}, { alg }, accessKeyBytes()), NOW)).toEqual({
    problem: 'bad_signature',
  });
});

test('an access token signed with a key of its own is refused', async () => {
  const { jwk, privateKey } = await newProofKey();
  const rsa = await generateKeyPair('RS256');
  expect(await verifyAccessToken(await forge({}, { alg: 'ES256', jwk }, privateKey), NOW)).toEqual(REFUSED);
  expect(await verifyAccessToken(await forge({}, { alg: 'RS256' }, rsa.privateKey), NOW)).toEqual(REFUSED);
});

test('a key proof is no token', async () => {
  const key = await newProofKey();
  const claims = { exp: NOW.getTime() / 1_000 + 600, user_id: 11, refresh: false, sid: randomId() };
  const proof = await makeProof(key, undefined, { claims });
  expect(await verifyAccessToken(proof, NOW)).toEqual(REFUSED);
  expect(await verifyRefreshToken(proof, NOW)).toEqual(REFUSED);
});

test('an access token that is not UTF-8 is refused', async () => {
  const [header = '', payload = ''] = (await forge({ note: 'é' })).split('.');
  const latin = Buffer.from(Buffer.from(payload, 'base64url').toString(), 'latin1');
  for (const [bytes, isGood] of [
    [Buffer.from(payload, 'base64url'), true],
    [latin, false],
  ] as const) {
    const signed = `${header}.${bytes.toString('base64url')}`;
    const signature = createHmac('sha256', accessKeyBytes()).update(signed).digest('base64url');
    expect(await verifyAccessToken(`${signed}.${signature}`, NOW)).toEqual(isGood ? GOOD : { problem: 'malformed' });
  }
});

test.each(['none', 'None', 'noNE', 'hs256'])('the algorithm %s is refused', async (alg) => {
  const [, payload] = (await forge({})).split('.');
  const header = base64url.encode(JSON.stringify({ alg, typ: 'access+jwt', kid: 'new' }));
  expect(await verifyAccessToken(`${header}.${payload}.`, NOW)).toEqual(REFUSED);
  expect(await verifyAccessToken(`${header}.${payload}.AAAA`, NOW)).toEqual(REFUSED);
});

test('one token has one spelling: padding, spaces and stray bits are refused', async () => {
  const token = await forge({});
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  const last = alphabet.indexOf(token.at(-1) ?? '');
  const twins = [1, 2, 3].map((stray) => token.slice(0, -1) + alphabet[(last & ~3) | ((last + stray) & 3)]);
  for (const twin of [`${token}=`, `${token} `, ` ${token}`, `{${token}}`, `"${token}"`, `${token}.`, ...twins]) {
    expect(await verifyAccessToken(twin, NOW), twin).toEqual({ problem: 'malformed' });
  }
});

const alteration = fc.record({
  /** Negative ones count from the end, whose last character has bits to spare. */
  at: fc.oneof(fc.nat(), fc.constantFrom(-1, -2)),
  removed: fc.nat({ max: 2 }),
  added: fc.oneof(fc.stringMatching(/^[\w.*~= -]{0,2}$/), fc.stringMatching(/^[A-Za-z0-9_-]$/), anyText),
});
type Alteration = typeof alteration extends fc.Arbitrary<infer T> ? T : never;

/** Of one place: characters changed, removed or added. */
function altered(text: string, { at, removed, added }: Alteration): string {
  const place = at < 0 ? text.length + 1 + at : at % (text.length + 1);
  return text.slice(0, place) + added + text.slice(place + removed);
}

test('changing any one character of a token makes it worthless', async () => {
  await fc.assert(
    fc.asyncProperty(kind, alteration, async (kind, alteration) => {
      const { sign, verify } = KINDS[kind];
      const token = await sign(subject(), NOW);
      const other = altered(token, alteration);
      fc.pre(other !== token);
      // Now the good one is cached.
      expect(await verify(token, NOW)).toEqual(GOOD);
      expect(await verify(other, NOW)).toEqual(REFUSED);
    }),
    { numRuns: 300 },
  );
});

const segments = (separator: string) =>
  fc
    .array(fc.oneof(anyText, fc.stringMatching(/^[\w-]*$/), fc.json().map(base64url.encode)), { maxLength: 9 })
    .map((parts) => parts.join(separator));

test.each(['.'.repeat(50_000), '💥.💥.💥'])('the text %j is no token', async (odd) => {
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.constant(odd), anyText, segments('.')), async (text) => {
      expect(await verifyAccessToken(text, NOW)).toEqual(REFUSED);
      expect(await verifyRefreshToken(text, NOW)).toEqual(REFUSED);
    }),
  );
});

test('a seal that was changed anywhere opens to nothing', async () => {
  await fc.assert(
    fc.asyncProperty(anySubject, alteration, async (given, alteration) => {
      const token = await signRefreshToken(given, NOW);
      const seal = await sealRefreshToken(token);
      expect(await unsealRefreshToken(seal)).toEqual({ token });
      const other = altered(seal, alteration);
      fc.pre(other !== seal);
      expect(await verifySealedRefreshToken(seal, NOW)).toEqual({
        claims: expect.objectContaining({ sid: given.sessionId }),
      });
      expect(await unsealRefreshToken(other)).toEqual(REFUSED);
      expect(await verifySealedRefreshToken(other, NOW)).toEqual(REFUSED);
    }),
    { numRuns: 100 },
  );
});

test('one seal has one spelling: another ending, stray bits and what stands behind it are refused', async () => {
  const seal = await sealRefreshToken(await signRefreshToken(subject(), NOW));
  const withoutVersion = seal.replace(/~2$/, '');
  // 32 bytes leave two bits of the last character that say nothing: the next character means the same.
  const stray =
    withoutVersion.slice(0, -1) + String.fromCharCode(withoutVersion.charCodeAt(withoutVersion.length - 1) + 1);
  for (const changed of [
    withoutVersion,
    `${withoutVersion}~`,
    `${withoutVersion}~1`,
    `${seal}0`,
    `${seal} ${seal}`,
    `${seal}~9`,
    `${seal}, x`,
  ]) {
    expect(await unsealRefreshToken(changed), changed.slice(-8)).toEqual(REFUSED);
  }
  expect(await unsealRefreshToken(`${stray}~2`)).toEqual(REFUSED);
  expect(await unsealRefreshToken(seal)).toEqual({ token: expect.any(String) });
});

test('no other text is a seal', async () => {
  const version = fc.constantFrom('Fe26.2*1*', 'Fe26.2*constructor*', 'Fe26.2*__proto__*', 'Fe26.1*1*', '*****', '%00');
  const odd = fc.tuple(version, segments('*'), fc.constantFrom('', '~2')).map((parts) => parts.join(''));
  await fc.assert(
    fc.asyncProperty(fc.oneof(anyText, odd), async (text) => {
      expect(await unsealRefreshToken(text)).toEqual(REFUSED);
    }),
    { numRuns: 200, examples: [['Fe26.2*constructor*a*b*c**d*e'], ['*'.repeat(5_000)]] },
  );
});

test('a seal that was opened before says the same again, until the token inside ends', async () => {
  const seal = await sealRefreshToken(await signRefreshToken(subject(7_200), NOW));
  const first = await verifySealedRefreshToken(seal, NOW);
  expect(first).toMatchObject({ claims: { user_id: 11, refresh: true } });
  expect(await verifySealedRefreshToken(seal, later(7_199))).toEqual(first);
  expect(await verifySealedRefreshToken(seal, later(7_200))).toEqual({ problem: 'expired' });
});

test('a seal that was opened before lets in no other spelling of itself, and nothing that was refused', async () => {
  const seal = await sealRefreshToken(await signRefreshToken(subject(), NOW));
  const ofAccess = await sealRefreshToken(await signAccessToken(subject(), NOW));
  const wrong = [`${seal}0`, `${seal} `, seal.replace(/~2$/, '~1'), seal.replace(/~2$/, ''), ofAccess];
  await verifySealedRefreshToken(seal, NOW);
  for (const other of [...wrong, ...wrong])
    expect(await verifySealedRefreshToken(other, NOW), other.slice(-8)).toEqual(REFUSED);
});

test('what is remembered of a seal could not be sent: neither the seal nor the token inside', async () => {
  const token = await signRefreshToken(subject(), NOW);
  const seal = await sealRefreshToken(token);
  const { claims } = await verifySealedRefreshToken(seal, NOW);
  const kept = JSON.stringify([...processWide('opened-seals', () => new Map())]);
  expect(kept).toContain(claims?.sid);
  for (const part of [seal.split('~')[0], ...token.split('.')]) expect(kept).not.toContain(part);
});

test.each<[what: string, change: (seal: string) => string, problem: TokenProblem]>([
  ['with another MAC', (seal) => seal.replace(/[\w-]{43}~2$/, `${'A'.repeat(43)}~2`), 'bad_signature'],
  ['of another instance', (seal) => seal.replace(/^Fe26\.2\*\d+/, 'Fe26.2*7'), 'unknown_key'],
  ['that is cut off', (seal) => seal.slice(0, 100), 'malformed'],
  ['that is too long', (seal) => seal.repeat(9), 'malformed'],
])('a seal %s is refused', async (_, change, problem) => {
  const seal = await sealRefreshToken(await signRefreshToken(subject(), NOW));
  expect(await verifySealedRefreshToken(change(seal), NOW)).toEqual({ problem });
});

test('no two seals share a salt or an initialisation vector', async () => {
  const token = await signRefreshToken(subject(), NOW);
  const seals = await Promise.all(Array.from({ length: 200 }, () => sealRefreshToken(token)));
  const parts = seals.map((seal) => seal.split('*'));
  // Fe26.2: prefix, password, salt, IV, text, end, salt of the MAC, MAC.
  for (const place of [2, 3, 6]) expect(new Set(parts.map((part) => part[place])).size, `part ${place}`).toBe(200);
});

test('a new secret signs and seals; the old one still verifies and unseals until it is removed', async () => {
  await loadTestKeys(OLD_SECRET);
  const access = await signAccessToken(subject(), NOW);
  const refresh = await signRefreshToken(subject(), NOW);
  const seal = await sealRefreshToken(refresh);

  await loadTestKeys(NEW_SECRET, OLD_SECRET);
  expect(await verifyAccessToken(access, NOW)).toEqual(GOOD);
  expect(await unsealRefreshToken(seal)).toEqual({ token: refresh });
  expect(await verifyRefreshToken(refresh, NOW)).toEqual(GOOD);
  expect(JSON.parse(atob((await signAccessToken(subject(), NOW)).split('.')[0] ?? ''))).toMatchObject({ kid: 'new' });

  await loadTestKeys(NEW_SECRET);
  expect(await unsealRefreshToken(seal)).toEqual({ problem: 'unknown_key' });
  expect(await verifyRefreshToken(refresh, NOW)).toEqual({ problem: 'unknown_key' });
});
