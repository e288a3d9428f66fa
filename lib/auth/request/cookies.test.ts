import { expect, test } from 'vitest';
import { loadTestKeys, NEW_SECRET } from '../tokens/test-keys.ts';
import { hintedUser, pageRefreshCount, readCookies, tokenCookies } from './cookies.ts';

const NOW = new Date('2026-11-23T12:00:00Z');
const read = (cookie: string) => readCookies(new Headers({ cookie }));
const accessIn = (cookie: string) => read(cookie).access_token;

test.each<[header: string, values: string[]]>([
  ['access_token=a.b.c', ['a.b.c']],
  ['access_token="a.b.c"', ['a.b.c']],
  ['theme=dark;access_token=a.b.c;x=y', ['a.b.c']],
  ['  access_token = a.b.c ;', ['a.b.c']],
  ['x=;access_token=a=b==; =nameless; alone', ['a=b==']],
  ['access_token=%61', ['%61']],
  ['note="a; access_token=planted"; access_token=mine', ['planted"', 'mine']],
  ['access_token=one; access_token=two', ['one', 'two']],
  ['access_token=; access_token=""; access_token', []],
  ['xaccess_token=a; access_token2=b; ACCESS_TOKEN=c; __Host-access_token=d', []],
  ['', []],
])('the cookie header %j is read as RFC 6265 allows it to be written', (header, values) => {
  expect(accessIn(header)).toEqual(values);
});

test.each<[header: string, user: number | null]>([
  ['session_hint=11.1790000000.7200', 11],
  ['session_hint=junk; session_hint=11.1790000000.7200', 11],
  ['session_hint=11.1790000000.7200; session_hint=11.1790000001.10', 11],
  ['session_hint=12.1.2; session_hint=11.1790000000.7200', null],
  ['session_hint=11', null],
  ['session_hint=2147483647.1790000000.7200', 2_147_483_647],
  ['session_hint=2147483648.1790000000.7200', null],
  ['session_hint=-1.2.3', null],
  ['', null],
])('the hint %j names a user only when every readable one agrees', (header, user) => {
  expect(hintedUser(read(header))).toBe(user);
});

test.each([
  ['renewal_count=2', 2],
  ['renewal_count=x; renewal_count=2', 2],
  ['renewal_count=NaN', 0],
  ['renewal_count=-5', 0],
  ['renewal_count=99', 0],
  ['renewal_count=1; renewal_count=3', 3],
  ['', 0],
])('no planted count hides a loop or makes one up: %j', (header, count) => {
  expect(pageRefreshCount(read(header))).toBe(count);
});

test('every cookie asks to be kept longer than those of neighbours', async () => {
  await loadTestKeys(NEW_SECRET);
  const tokens = { accessToken: 'a', accessTokenLifetimeSeconds: 1, refreshToken: 'r', refreshTokenLifetimeSeconds: 2 };
  const cookies = await tokenCookies(11, tokens, NOW);
  expect(cookies).toHaveLength(3);
  for (const cookie of cookies) expect(cookie).toContain('; Priority=High');
});
