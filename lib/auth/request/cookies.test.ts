import fc from 'fast-check';
import { expect, test } from 'vitest';
import { anyText, textOf } from '../../test-text.ts';
import { loadTestKeys, NEW_SECRET } from '../tokens/test-keys.ts';
import { hintedUser, pageRefreshCount, readCookies, tokenCookies } from './cookies.ts';
import { PAGE_REFRESHES_IN_A_ROW_MAX } from './page-refresh-limits.ts';

const NOW = new Date('2026-11-23T12:00:00Z');
const read = (cookie: string) => readCookies(new Headers({ cookie }));
const accessIn = (cookie: string) => read(cookie).access_token;

/** What one of our cookies may hold (RFC 6265 4.1.1). */
const value = fc.stringMatching(/^[!#-+\--:<-[\]-~]+$/);
const blanks = textOf(' ', '\t');
const ours = fc.record({
  name: fc.constantFrom('access_token' as const, 'refresh_token' as const, 'session_hint' as const),
  value,
  isQuoted: fc.boolean(),
  around: fc.tuple(blanks, blanks, blanks, blanks),
});
const foreign = fc
  .oneof(
    fc
      .tuple(fc.stringMatching(/^[!#-+\--:<>-[\]-~]*$/), fc.constantFrom('', '='), value)
      .map((parts) => parts.join('')),
    fc.constantFrom(
      '',
      ' ',
      '=',
      'access_token',
      'access_token=',
      'access_token=""',
      'xaccess_token=a',
      'access_token2=b',
      'ACCESS_TOKEN=c',
      '__Host-access_token=d',
    ),
  )
  .filter((pair) => !/^(access_token|refresh_token|session_hint)=./.test(pair) || pair.endsWith('=""'));

test('every value of our cookies is read in the order of the header, whatever stands around it', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(ours, foreign)), (pairs) => {
      const written = pairs.map((pair) => {
        if (typeof pair === 'string') return pair;
        const {
          name,
          value,
          isQuoted,
          around: [a, b, c, d],
        } = pair;
        return `${a}${name}${b}=${c}${isQuoted ? `"${value}"` : value}${d}`;
      });
      const found = read(written.join(';'));
      for (const name of ['access_token', 'refresh_token', 'session_hint'] as const) {
        const values = pairs.flatMap((pair) => (typeof pair !== 'string' && pair.name === name ? [pair.value] : []));
        expect(found[name]).toEqual(values);
      }
    }),
    { numRuns: 200 },
  );
});

test('any other header is read too, and its values have neither a semicolon nor a blank around', () => {
  const text = fc.oneof(textOf('access_token', '=', ';', '"', ' ', ',', 'a', '\u00a0', '\u00ff'), anyText);
  fc.assert(
    fc.property(text, (header) => {
      const cookies = readCookies({ get: () => header } as unknown as Headers);
      for (const value of Object.values(cookies).flat()) expect(value).toMatch(/^[^;]+$/);
      expect(hintedUser(cookies) ?? 0).toBeGreaterThanOrEqual(0);
      expect(pageRefreshCount(cookies)).toBeGreaterThanOrEqual(0);
    }),
    { numRuns: 200 },
  );
});

test.each<[header: string, values: string[]]>([
  ['access_token=%61; x="a', ['%61']],
  ['note="a; access_token=planted"; access_token=mine', ['planted"', 'mine']],
])('the cookie header %j is read as RFC 6265 allows it to be written', (header, values) => {
  expect(accessIn(header)).toEqual(values);
});

const notOurs = fc.oneof(
  anyText.filter((text) => !/\d/.test(text)),
  fc.constantFrom('11', '-1.2.3', '1.2', '99', 'NaN', '2147483648.1.1'),
);

test('the hint names a user only when every readable one agrees', () => {
  const users = fc.array(fc.oneof(fc.constant(11), fc.integer({ min: 1, max: 2 ** 31 - 1 })), { maxLength: 3 });
  fc.assert(
    fc.property(users, fc.array(notOurs), fc.nat(), (users, junk, seconds) => {
      const hints = users.map((user) => `${user}.${seconds}.7200`);
      const [user = null, another] = new Set(users);
      for (const session_hint of [
        [...junk, ...hints],
        [...hints, ...junk],
      ])
        expect(hintedUser({ ...read(''), session_hint })).toBe(another === undefined ? user : null);
    }),
  );
});

test('no planted count hides a loop or makes one up', () => {
  const counts = fc.array(fc.nat({ max: PAGE_REFRESHES_IN_A_ROW_MAX }));
  fc.assert(
    fc.property(counts, fc.array(notOurs), (counts, junk) => {
      for (const written of [
        [...junk, ...counts],
        [...counts, ...junk],
      ])
        expect(pageRefreshCount({ ...read(''), renewal_count: written.map(String) })).toBe(Math.max(0, ...counts));
    }),
  );
});

test('every cookie asks to be kept longer than those of neighbours', async () => {
  await loadTestKeys(NEW_SECRET);
  const tokens = { accessToken: 'a', accessTokenLifetimeSeconds: 1, refreshToken: 'r', refreshTokenLifetimeSeconds: 2 };
  const cookies = await tokenCookies(11, tokens, NOW);
  expect(cookies).toHaveLength(3);
  for (const cookie of cookies) expect(cookie).toContain('; Priority=High');
});
