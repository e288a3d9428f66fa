/** What a browser gets that has signed out. */
import { expect, test } from 'vitest';
import { signedOut } from './signed-out.ts';

const posted = (accept: string) => new Request('http://localhost:3000', { method: 'POST', headers: { accept } });

test.each([
  ['a form', 'text/html', 303, '/login'],
  ['a script or a program', '*/*', 204, null],
])('%s is signed out: no cookie and nothing stored stays', (_who, accept, status, location) => {
  const answer = signedOut(posted(accept));
  expect([answer.status, answer.headers.get('Location')]).toEqual([status, location]);
  expect(answer.headers.get('Clear-Site-Data')).toBe('"cache", "storage"');
  const cookies = answer.headers.getSetCookie();
  expect(cookies.map((cookie) => cookie.split('=')[0])).toEqual(
    expect.arrayContaining(['access_token', 'refresh_token', 'session_hint', 'sign_out', 'login_hint']),
  );
  for (const cookie of cookies) expect(cookie).toMatch(/^\w+=;.*; Max-Age=0/);
});
