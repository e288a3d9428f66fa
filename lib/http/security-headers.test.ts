import { describe, expect, test } from 'vitest';
import { isApi, pagePolicy, securityHeaders } from './security-headers.ts';

const nonce = 'AAAAAAAAAAAAAAAAAAAAAA==';
const context = { nonce, https: true, dev: false };
const directives = (policy: string | undefined) =>
  new Map((policy ?? '').split('; ').map((directive) => directive.split(/ (.*)/, 2) as [string, string]));

describe('the policy of a page', () => {
  const policy = directives(securityHeaders('/order', context)['Content-Security-Policy']);

  test('lets only scripts run that carry the nonce of this answer, or were loaded by one', () => {
    expect(policy.get('script-src')).toBe(`'nonce-${nonce}' 'strict-dynamic'`);
  });

  test.each([
    ['default-src', "'self'"],
    ['connect-src', "'self'"],
    ['img-src', "'self' data:"],
    ['form-action', "'self'"],
    ['object-src', "'none'"],
    ['worker-src', "'none'"],
    ['base-uri', "'none'"],
    ['frame-ancestors', "'none'"],
    ['report-uri', '/api/csp-report'],
    ['report-to', 'csp'],
  ])('has %s %s', (directive, value) => {
    expect(policy.get(directive)).toBe(value);
  });

  test('is never relaxed outside development', () => {
    expect(pagePolicy({ nonce, dev: false })).not.toMatch(/unsafe|ws:|\*/);
    expect(pagePolicy({ nonce, dev: true })).toMatch(/unsafe-eval/);
  });
});

test('an answer of the API may neither run anything nor be framed', () => {
  const policy = "default-src 'none'; frame-ancestors 'none'; sandbox";
  expect(securityHeaders('/api/order?limit=1', context)['Content-Security-Policy']).toBe(policy);
});

test.each([
  ['/api', true],
  ['/api/order', true],
  ['/api?x', true],
  ['//api/order', true],
  ['/API/order', true],
  ['/apiary', false],
  ['/order/api', false],
])('%s belongs to the API: %s', (path, expected) => {
  expect(isApi(path)).toBe(expected);
});

test('https is demanded for two years, and only where the public origin is https', () => {
  expect(securityHeaders('/', context)['Strict-Transport-Security']).toBe('max-age=63072000; includeSubDomains');
  expect(securityHeaders('/', { ...context, https: false })).not.toHaveProperty('Strict-Transport-Security');
});

test.each([
  ['X-Content-Type-Options', 'nosniff'],
  ['Referrer-Policy', 'same-origin'],
  ['Cross-Origin-Opener-Policy', 'same-origin'],
  ['Cross-Origin-Resource-Policy', 'same-origin'],
  ['X-Frame-Options', 'DENY'],
])('pages, files and the API all carry %s: %s', (name, value) => {
  for (const path of ['/', '/_next/static/chunks/a.js', '/api/order']) {
    expect(securityHeaders(path, context)[name]).toBe(value);
  }
});
