import { expect, test } from 'vitest';
import { loginPath, pageRefreshPath, safePath } from './safe-path.ts';

test.each(['/order', '/order?status=paid&q=lamp', '/order/ORD-000123', '/account#devices', '/order?x=%2F%2Fevil.test'])(
  '%s is kept, with its query and fragment',
  (path) => {
    expect(safePath(path)).toBe(path);
  },
);

test.each([
  '//evil.test',
  '/\\evil.test',
  '\\\\evil.test',
  '/\t/evil.test',
  '/\n//evil.test',
  '/%09//../\\evil.test',
  'https:evil.test',
  'https://evil.test',
  'javascript:alert(1)',
  'data:text/html,x',
  'localhost:3000.evil.test',
  '/@evil.test/..//evil.test',
  '/.//evil.test',
  '/..//evil.test',
  '/a/..//evil.test',
  '/api/refresh_token?returnTo=/order',
  '/api/logout',
  ' /order',
  'order',
  '',
  `/${'x'.repeat(5_000)}`,
  `/order?q=${'é'.repeat(500)}`,
  null,
  undefined,
  7,
  ['/account'],
  {},
])('%j leads to /order', (hostile) => {
  expect(safePath(hostile)).toBe('/order');
});

test('a safe path always resolves to our own origin', () => {
  for (const path of [
    '/%2F%2Fevil.test',
    '/%5Cevil.test',
    '/.%2F/evil.test',
    '/;//evil.test',
    '/?//evil.test',
    '/#//evil.test',
  ]) {
    expect(new URL(safePath(path), 'https://tandem.test').origin, path).toBe('https://tandem.test');
  }
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
