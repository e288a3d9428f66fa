import { expect, test } from 'vitest';
import { isSignInNotice, signInNotice } from './sign-in-notice.ts';

const GOOD = { name: 'ada', pwd: 'secret' };

test.each([
  ['fields_missing', {}],
  ['fields_missing', { name: '', pwd: '' }],
  ['name_missing', { ...GOOD, name: '' }],
  ['name_missing', { ...GOOD, name: ['ada'] }],
  ['name_too_long', { ...GOOD, name: 'x'.repeat(65) }],
  ['name_too_long', { name: 'x'.repeat(65), pwd: '' }],
  ['password_missing', { ...GOOD, pwd: '' }],
  ['password_too_long', { ...GOOD, pwd: 'x'.repeat(257) }],
  ['invalid_request', { ...GOOD, name: 'a\0da' }],
  ['invalid_request', GOOD],
])('a form refused as %s is told apart by its fields', (notice, fields) => {
  expect(signInNotice('invalid_request', fields)).toBe(notice);
});

test('every other refusal keeps its code, and one without a sentence of its own is a failure', () => {
  expect(signInNotice('cross_site_request')).toBe('cross_site_request');
  expect(signInNotice('rate_limited', GOOD)).toBe('rate_limited');
  expect(signInNotice('method_not_allowed')).toBe('internal_error');
});

test.each(['toString', '__proto__', '', 'nonsense', ['key'], null, undefined])('%j is no notice', (value) => {
  expect(isSignInNotice(value)).toBe(false);
});
