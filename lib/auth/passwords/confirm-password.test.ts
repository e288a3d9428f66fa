import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Principal } from '../request/authenticate.ts';
import { addUser, CALLER, openTestApp, PASSWORD, type TestApp } from '../test-app.ts';
import { requireRecentSignIn } from './confirm-password.ts';
import { login } from './login.ts';
import { RECENT_SIGN_IN_SECONDS } from './password-limits.ts';

const NOW = new Date('2026-11-23T12:00:00Z');
const later = (seconds: number) => new Date(NOW.getTime() + seconds * 1_000);

let app: TestApp;
let principal: Principal;
beforeAll(async () => {
  app = await openTestApp();
  const userId = await addUser(app.db, 'anna');
  const { session } = await login(app.db, { name: 'anna', pwd: PASSWORD }, CALLER, NOW);
  principal = { userId, sessionId: session.id, via: 'cookie', issuedAt: NOW, expiresAt: later(7_200) };
});
afterAll(() => app.close());

const required = (pwd: string | undefined, now: Date) => requireRecentSignIn(app.db, principal, pwd, CALLER, now);

test('a recent sign-in is enough, and after a while the password is needed again', async () => {
  await required(undefined, later(RECENT_SIGN_IN_SECONDS));
  const old = later(RECENT_SIGN_IN_SECONDS + 1);
  await expect(required(undefined, old)).rejects.toMatchObject({ code: 'reauthentication_required' });
  await expect(required('wrong', old)).rejects.toMatchObject({ code: 'reauthentication_required' });
  await required(PASSWORD, old);
});

test('a refreshed access token is no recent sign-in', async () => {
  const old = later(RECENT_SIGN_IN_SECONDS + 1);
  principal = { ...principal, issuedAt: old, expiresAt: later(20_000) };
  await expect(required(undefined, old)).rejects.toMatchObject({ code: 'reauthentication_required' });
});

test('who comes with a session that is no more needs the password', async () => {
  principal = { ...principal, sessionId: 'AAAAAAAAAAAAAAAAAAAAAA' };
  await expect(required(undefined, NOW)).rejects.toMatchObject({ code: 'reauthentication_required' });
});
