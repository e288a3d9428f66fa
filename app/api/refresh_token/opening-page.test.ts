/** A page that is opened with an expired access token, as the endpoint it is sent to sees it. */
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { newProofKey } from '../../../lib/auth/binding/test-proof.ts';
import { tokenCookies } from '../../../lib/auth/request/cookies.ts';
import { isRevoked } from '../../../lib/auth/sessions/deny-set.ts';
import { issueTokens } from '../../../lib/auth/sessions/issue-tokens.ts';
import { type SessionTerms, startSession } from '../../../lib/auth/sessions/sessions.ts';
import { addUser, CALLER, openTestApp, type TestApp } from '../../../lib/auth/test-app.ts';
import { databaseTime } from '../../../lib/db/clock.ts';
import { GET } from './route.ts';

let app: TestApp;
beforeAll(async () => {
  app = await openTestApp();
});
afterAll(() => app.close());

/** The browser of a new user; without an access cookie, since that has expired. */
async function browserOf(name: string, terms: SessionTerms) {
  const userId = await addUser(app.db, name);
  const now = new Date();
  const session = await startSession(app.db, userId, CALLER, now, terms);
  const [, ...kept] = await tokenCookies(userId, await issueTokens(session, now), now);
  const cookie = kept.map((line) => line.split(';')[0]).join('; ');
  // What every process has done before its first page.
  await isRevoked(app.db, session.id);
  await databaseTime(app.db);
  const statements = (['select', 'update', 'insert'] as const).map((kind) => vi.spyOn(app.db, kind));
  const headers = { cookie, 'sec-fetch-mode': 'navigate', 'sec-fetch-site': 'none' };
  const request = new Request('http://localhost:3000/api/refresh_token?returnTo=/account', { headers });
  const answer = await GET(request, { params: Promise.resolve({}) });
  const asked = statements.reduce((sum, { mock }) => sum + mock.calls.length, 0);
  vi.restoreAllMocks();
  return { answer, asked };
}

test('of a session with a key is answered with the page that makes the proof, and no query', async () => {
  const { jkt } = await newProofKey();
  const { answer, asked } = await browserOf('anna', { jkt, needRefreshToken: true });
  expect([answer.status, asked]).toEqual([200, 0]);
  expect(await answer.text()).toContain('"returnTo":"/account"');
});

test('of a session without a key is refreshed by one query', async () => {
  const { answer, asked } = await browserOf('ben', { jkt: null, needRefreshToken: true });
  expect([answer.status, answer.headers.get('location'), asked]).toEqual([303, '/account', 1]);
});
