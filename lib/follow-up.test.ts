/** Effects that are committed are answered as done, whatever fails after them. */
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { changePassword } from './auth/passwords/change-password.ts';
import { requireRecentSignIn } from './auth/passwords/confirm-password.ts';
import { login } from './auth/passwords/login.ts';
import { disableUser, endSessions, setPassword } from './auth/passwords/operators.ts';
import { listLiveSessions } from './auth/sessions/list-sessions.ts';
import { signOut } from './auth/sessions/sign-out.ts';
import { addUser, CALLER, openTestApp, PASSWORD, type TestApp } from './auth/test-app.ts';
import type { Db } from './db/client.ts';
import { auditEvents } from './db/schema.ts';

const NOW = new Date('2026-11-23T12:00:00Z');
const NEW_PASSWORD = 'violet lantern orchard';

let app: TestApp;
let lines: string[] = [];
beforeAll(async () => {
  vi.stubEnv('LOG_LEVEL', 'error');
  vi.spyOn(process.stdout, 'write').mockImplementation((line) => {
    lines.push(String(line));
    return true;
  });
  app = await openTestApp();
});
afterAll(async () => {
  vi.restoreAllMocks();
  await app.close();
});

/** The database when it goes away as soon as the effect is committed: no event can be written, and no count forgotten. */
function awayAfterwards(): Db {
  const away = () => {
    throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
  };
  return new Proxy(app.db, {
    get(target, property) {
      if (property === 'insert')
        return (table: unknown) => (table === auditEvents ? away() : target.insert(table as never));
      if (property === 'delete') return away;
      const value = Reflect.get(target, property);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

async function signedIn(name: string) {
  const userId = await addUser(app.db, name);
  const { session } = await login(app.db, { name, pwd: PASSWORD }, CALLER, NOW);
  const principal = { userId, sessionId: session.id, via: 'cookie' as const, issuedAt: NOW, expiresAt: NOW };
  return { name, principal, live: async () => (await listLiveSessions(app.db, userId, NOW, { limit: 100 })).length };
}

type Person = Awaited<ReturnType<typeof signedIn>>;

test.each<[what: string, act: (db: Db, person: Person) => Promise<unknown>, live: number]>([
  ['signing in', (db, { name }) => login(db, { name, pwd: PASSWORD }, CALLER, NOW), 2],
  ['signing out', (db, { principal }) => signOut(db, principal, CALLER), 0],
  [
    'changing the password',
    (db, { principal }) => changePassword(db, principal, { current: PASSWORD, new: NEW_PASSWORD }, CALLER, NOW),
    1,
  ],
  ['confirming the password', (db, { principal }) => requireRecentSignIn(db, principal, PASSWORD, CALLER, NOW), 1],
  ['disabling a user', (db, { name }) => disableUser(db, name, NOW), 0],
  ['ending sessions', (db, { name }) => endSessions(db, name), 0],
  ['setting a password', (db, { name }) => setPassword(db, name, NEW_PASSWORD, NOW), 0],
])('%s is done although nothing can be noted afterwards, and the log says so', async (what, act, live) => {
  const person = await signedIn(what);
  lines = [];
  await act(awayAfterwards(), person);
  expect(await person.live()).toBe(live);
  expect(lines.join('')).toContain('"event":"follow_up_failed"');
});
