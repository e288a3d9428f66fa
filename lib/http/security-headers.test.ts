import { describe, expect, test } from 'vitest';
import { isApi, newNonce, nonceOf, pagePolicy } from './security-headers.ts';

const nonce = 'AAAAAAAAAAAAAAAAAAAAAA==';

describe('the policy of a page', () => {
  const policy = (dev = false) =>
    new Map(
      pagePolicy(nonce, { dev })
        .split('; ')
        .map((directive) => directive.split(/ (.*)/, 2) as [string, string]),
    );

  test('lets only scripts run that carry the nonce of this answer, or were loaded by one', () => {
    expect(policy().get('script-src')).toBe(`'nonce-${nonce}' 'strict-dynamic'`);
  });

  test.each([
    ['default-src', "'self'"],
    ['style-src', `'self' 'nonce-${nonce}'`],
    ['font-src', "'self'"],
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
    expect(policy().get(directive)).toBe(value);
  });

  test('is never relaxed outside development', () => {
    expect(pagePolicy(nonce, { dev: false })).not.toMatch(/unsafe|ws:|\*/);
  });

  test('is relaxed in development by what `next dev` needs, and by nothing else', () => {
    const changed = [...policy(true)].filter(([directive, value]) => policy().get(directive) !== value);
    expect(changed).toEqual([
      ['script-src', `'nonce-${nonce}' 'strict-dynamic' 'unsafe-eval'`],
      ['style-src', "'self' 'unsafe-inline'"],
      ['connect-src', "'self' ws:"],
    ]);
  });

  test('gives its nonce back', () => {
    expect(nonceOf(pagePolicy(nonce, { dev: false }))).toBe(nonce);
    expect(nonceOf(null)).toBeUndefined();
    expect(nonceOf("default-src 'self'")).toBeUndefined();
  });
});

test('a nonce has 128 random bits', () => {
  const nonces = Array.from({ length: 100 }, newNonce);
  expect(new Set(nonces).size).toBe(nonces.length);
  for (const made of nonces) expect(Buffer.from(made, 'base64')).toHaveLength(16);
});

test.each([
  ['/api', true],
  ['/api/order', true],
  ['/api?x', true],
  ['//api/order', false],
  ['/API/order', false],
  ['/apiary', false],
  ['/order/api', false],
])('%s belongs to the API: %s', (path, expected) => {
  expect(isApi(path)).toBe(expected);
});
