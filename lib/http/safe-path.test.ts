import fc from 'fast-check';
import { expect, test } from 'vitest';
import { anyText, textOf } from '../test-text.ts';
import { FROM_LOGIN, isRefreshNotice, loginPath, pageRefreshPath, safePath } from './safe-path.ts';

test('every address of a page is kept, with its query and fragment', () => {
  const segment = fc.stringMatching(/^[\w~-]{1,12}$/);
  const query = fc.dictionary(fc.stringMatching(/^\w+$/), fc.string({ unit: 'grapheme' }), { maxKeys: 3 });
  const segments = fc.array(segment, { minLength: 1, maxLength: 3 }).filter(([first]) => first !== 'api');
  fc.assert(
    fc.property(segments, query, fc.option(segment), (segments, query, fragment) => {
      const params = new URLSearchParams(query);
      const path = `/${segments.join('/')}${params.size > 0 ? `?${params}` : ''}${fragment ? `#${fragment}` : ''}`;
      expect(safePath(path)).toBe(path);
    }),
  );
});

test.each([
  '/%09//../\\evil.test',
  'javascript:alert(1)',
  'localhost:3000.evil.test',
  '/@evil.test/..//evil.test',
  '/.//evil.test',
  '/a/..//evil.test',
  '/api/refresh_token?returnTo=/order',
  ' /order',
  'order',
  '',
  `/${'x'.repeat(5_000)}`,
  `/order?q=${'é'.repeat(500)}`,
  `/${'x'.repeat(2_048)}`,
  `${'/x/..'.repeat(500)}/account`,
  null,
  7,
  ['/account'],
])('%j leads to /order', (hostile) => {
  expect(safePath(hostile)).toBe('/order');
});

test('an address of 2,048 characters is kept', () => {
  const longest = `/${'x'.repeat(2_047)}`;
  expect(safePath(longest)).toBe(longest);
});

test('a page of its own is led to where nothing safe was asked for', () => {
  expect(safePath('//evil.test', '/account')).toBe('/account');
  expect(safePath('/login', '/account')).toBe('/login');
});

test('a safe path always resolves to our own origin', () => {
  const parts = textOf(
    '/',
    '/',
    '//',
    '\\',
    '.',
    '..',
    '\t',
    '@',
    '%2f',
    '%5C',
    '%2e',
    'api/',
    'evil.test',
    ':',
    '?',
    '#',
  );
  const odd = textOf(
    '/',
    '\n',
    '\0',
    '\u0085',
    ' ',
    ';',
    'https:',
    'javascript:',
    'é',
    '\ud800',
    '／',
    '。',
    '＼',
    '[',
    ']',
  );
  const hostile = fc
    .oneof(
      parts,
      fc.tuple(parts, odd).map((both) => both.join('')),
      odd,
    )
    .map((text) => `/${text}`);
  const base = fc.constantFrom(
    'https://tandem.test',
    'http://localhost:3000/login',
    'https://[::1]:8443/order/new?a#b',
  );
  fc.assert(
    fc.property(fc.oneof({ weight: 8, arbitrary: hostile }, anyText), base, (hostile, base) => {
      const path = safePath(hostile);
      const { origin, pathname, search, hash } = new URL(path, base);
      expect([origin, pathname + search + hash, safePath(path)]).toEqual([new URL(base).origin, path, path]);
      // What a `Location` header may hold, and a page.
      expect(path).toMatch(/^\/(?!\/|api\/)[!-~]*$/);
    }),
    { numRuns: 600 },
  );
});

test('signing in and refreshing carry the return address, encoded', () => {
  expect(loginPath('/order')).toBe('/login');
  expect(loginPath('/order?q=a&b')).toBe('/login?returnTo=%2Forder%3Fq%3Da%26b');
  expect(loginPath('//evil.test', { notice: 'invalid_credentials' })).toBe('/login?notice=invalid_credentials');
  expect(loginPath('/order', { notice: 'rate_limited', retryAt: new Date(1_764_000_000_500) })).toBe(
    '/login?notice=rate_limited&retryAt=1764000001',
  );
  expect(pageRefreshPath('/account')).toBe('/api/refresh_token?returnTo=%2Faccount');
});

test('the sign-in page knows a refresh that was tried just now, and one that it has asked for itself', () => {
  expect(loginPath('/account', { tried: true })).toBe('/login?tried=1&returnTo=%2Faccount');
  expect(loginPath('/account', { tried: false })).toBe('/login?returnTo=%2Faccount');
  expect(pageRefreshPath('/account', { fromLogin: true })).toBe(
    `/api/refresh_token?${FROM_LOGIN}=1&returnTo=%2Faccount`,
  );
  expect(pageRefreshPath('/account', { fromLogin: false })).toBe(pageRefreshPath('/account'));
});

test.each([
  ['cookies', true],
  ['key', true],
  ['script', true],
  ['invalid_credentials', false],
  [undefined, false],
])('the notice %s is one of a refresh: %s', (notice, expected) => {
  expect(isRefreshNotice(notice)).toBe(expected);
});
