import { afterEach, expect, test, vi } from 'vitest';
import { readCookie } from './read-cookie.ts';

afterEach(() => vi.unstubAllGlobals());

test.each([
  ['session_hint=1.1800000000.15', '1.1800000000.15'],
  ['a=b; __Host-session_hint=1.1800000000.15; c=d', '1.1800000000.15'],
  ['old_session_hint=2.2.2; session_hint=1.1.1', '1.1.1'],
  ['session_hint_old=2.2.2; session_hint=1.1.1', '1.1.1'],
  ['sign_out=1.3', ''],
  ['session_hint=', ''],
  ['session_hint=x', ''],
  ['', ''],
])('of the cookies %j the session hint is %j', (cookie, value) => {
  vi.stubGlobal('document', { cookie });
  expect(readCookie('session_hint')).toBe(value);
});
