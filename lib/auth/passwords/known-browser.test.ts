import { afterAll, beforeAll, expect, test } from 'vitest';
import { startSession } from '../sessions/sessions.ts';
import { addUser, CALLER, openTestApp, type TestApp } from '../test-app.ts';
import { findKnownBrowser } from './known-browser.ts';
import { KNOWN_BROWSER_MEMORY_SECONDS } from './password-limits.ts';

const NOW = new Date('2026-11-23T12:00:00Z');

let app: TestApp;
let userId: number;
beforeAll(async () => {
  app = await openTestApp();
  userId = await addUser(app.db, 'somebody');
  await startSession(app.db, userId, CALLER, NOW);
});
afterAll(() => app.close());

test('a browser is known by address and program together, to its own user alone', async () => {
  const find = (id: number | undefined, caller = CALLER) => findKnownBrowser(app.db, id, caller, NOW);
  expect(await find(userId)).toMatch(/^[\w-]{43}$/);
  expect(await find(userId, { ...CALLER, address: '192.0.2.8' })).toBeNull();
  expect(await find(userId, { ...CALLER, userAgent: 'Other/1' })).toBeNull();
  expect(await find(await addUser(app.db, 'somebody else'))).toBeNull();
  expect(await find(undefined)).toBeNull();
});

test('a browser is known by its network where IPv6 gives it a new address every day', async () => {
  const reader = await addUser(app.db, 'a reader');
  const from = (address: string) => ({ ...CALLER, address });
  await startSession(app.db, reader, from('2001:db8:1:2:aaaa::1'), NOW);
  const find = (address: string) => findKnownBrowser(app.db, reader, from(address), NOW);
  expect(await find('2001:db8:1:2:bbbb::2')).toBe(await find('2001:db8:1:2:aaaa::1'));
  expect(await find('2001:db8:1:3:aaaa::1')).toBeNull();
});

test('a browser that has not signed in for long is a stranger', async () => {
  const at = (seconds: number) => new Date(NOW.getTime() + seconds * 1_000);
  expect(await findKnownBrowser(app.db, userId, CALLER, at(KNOWN_BROWSER_MEMORY_SECONDS - 1))).not.toBeNull();
  expect(await findKnownBrowser(app.db, userId, CALLER, at(KNOWN_BROWSER_MEMORY_SECONDS))).toBeNull();
});
