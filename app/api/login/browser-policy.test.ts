/** Signing in where `BINDING_POLICY` asks every browser for a key. */
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { addUser, openTestApp, PASSWORD, type TestApp } from '../../../lib/auth/test-app.ts';
import { sessions } from '../../../lib/db/schema.ts';
import { POST } from './route.ts';

let app: TestApp;
beforeAll(async () => {
  vi.stubEnv('BINDING_POLICY', 'require');
  app = await openTestApp();
  await addUser(app.db, 'anna');
});
afterAll(() => app.close());

const post = (body: string, type: string, accept: string) =>
  POST(
    new Request('http://localhost:3000/api/login', {
      method: 'POST',
      headers: { 'Content-Type': type, Accept: accept },
      body,
    }),
    { params: Promise.resolve({}) },
  );

test.each(['', '&transport=cookie', '&transport=bearer'])(
  'a native form with %j gets no session without a key',
  async (transport) => {
    const body = `name=anna&pwd=${encodeURIComponent(PASSWORD)}${transport}`;
    const answer = await post(body, 'application/x-www-form-urlencoded', 'text/html');
    expect(answer.status).toBe(303);
    expect(answer.headers.get('location')).toMatch(/^\/login\?/);
    expect(answer.headers.getSetCookie().join()).not.toMatch(/(access|refresh)_token=[^;]/);
    expect(await app.db.select().from(sessions)).toEqual([]);
  },
);

test('a JSON body that a browser posts without a script starts none either', async () => {
  const body = JSON.stringify({ name: 'anna', pwd: PASSWORD, transport: 'bearer' });
  expect((await post(body, 'application/json', 'text/html,*/*')).status).toBe(303);
  expect(await app.db.select().from(sessions)).toEqual([]);
});

test('a program signs in as ever', async () => {
  const body = JSON.stringify({ name: 'anna', pwd: PASSWORD, transport: 'bearer' });
  const answer = await post(body, 'application/json', '*/*');
  expect([answer.status, answer.headers.getSetCookie()]).toEqual([200, []]);
});
