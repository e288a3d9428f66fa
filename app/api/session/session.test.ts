import { afterAll, beforeAll, expect, test } from 'vitest';
import { issueTokens } from '../../../lib/auth/sessions/issue-tokens.ts';
import { startSession } from '../../../lib/auth/sessions/sessions.ts';
import { addUser, CALLER, openTestApp, type TestApp } from '../../../lib/auth/test-app.ts';
import { databaseTime } from '../../../lib/db/clock.ts';
import { GET } from './route.ts';

let app: TestApp;
beforeAll(async () => {
  app = await openTestApp();
});
afterAll(() => app.close());

test('a token is never said to live longer than it does', async () => {
  const session = await startSession(app.db, await addUser(app.db, 'anna'), CALLER, new Date());
  const { accessToken } = await issueTokens(session, new Date());
  const { exp } = JSON.parse(Buffer.from(accessToken.split('.')[1] ?? '', 'base64url').toString());
  const before = await databaseTime(app.db);
  const headers = { Authorization: `Bearer ${accessToken}` };
  const answer = await GET(new Request('http://localhost:3000/api/session', { headers }), {
    params: Promise.resolve({}),
  });
  const { expires_in } = await answer.json();
  expect(expires_in * 1_000).toBeLessThanOrEqual(exp * 1_000 - before.getTime());
});
