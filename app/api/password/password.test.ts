/** The password endpoint as a client sees it. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PASSWORD_CHANGES_PER_USER } from '../../../lib/auth/passwords/password-limits.ts';
import { issueTokens } from '../../../lib/auth/sessions/issue-tokens.ts';
import { startSession } from '../../../lib/auth/sessions/sessions.ts';
import { addUser, CALLER, openTestApp, PASSWORD, type TestApp } from '../../../lib/auth/test-app.ts';
import { PUT } from './route.ts';

let app: TestApp;
beforeAll(async () => {
  app = await openTestApp();
});
afterAll(() => app.close());

/** A client of a new user of this name. */
async function signedIn(name: string, inBrowser = false) {
  const session = await startSession(app.db, await addUser(app.db, name), CALLER, new Date());
  const { accessToken } = await issueTokens(session, new Date());
  const credential: Record<string, string> = inBrowser
    ? { Cookie: `access_token=${accessToken}` }
    : { Authorization: `Bearer ${accessToken}` };
  return (body: unknown) =>
    PUT(
      new Request('http://localhost:3000/api/password', {
        method: 'PUT',
        headers: { ...credential, 'Content-Type': 'application/json' },
        body: JSON.stringify(body),
      }),
      { params: Promise.resolve({}) },
    );
}

test('one user may ask for so many changes, wrong bodies and weak passwords included, and another is not held up', async () => {
  const [change, changeOther] = [await signedIn('anna'), await signedIn('berta')];
  const weak = { current: PASSWORD, new: 'p@$$w0rd'.repeat(32) };
  for (let n = 0; n < PASSWORD_CHANGES_PER_USER; n += 1)
    expect((await change(n < 2 ? weak : { current: n })).status).toBe(400);
  const refused = await change({ current: PASSWORD, new: 'violet lantern orchard' });
  expect([refused.status, (await refused.json()).error]).toEqual([429, 'rate_limited']);
  expect(refused.headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
  expect((await changeOther({ current: PASSWORD, new: 'violet lantern orchard' })).status).toBe(204);
});

test('a browser is given the cookies of the session that goes on, and a program nothing', async () => {
  const json = { current: PASSWORD, new: 'violet lantern orchard' };
  const cookies = (await (await signedIn('in a browser', true))(json)).headers.getSetCookie();
  expect(cookies.map((cookie) => cookie.split('=')[0]).sort()).toEqual([
    'access_token',
    'login_hint',
    'refresh_token',
    'session_hint',
  ]);
  const answer = await (await signedIn('by a program'))(json);
  expect([answer.status, answer.headers.getSetCookie()]).toEqual([204, []]);
});
