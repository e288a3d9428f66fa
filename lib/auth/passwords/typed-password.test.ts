/** Passwords as people type them on another keyboard, and hashes from before they were prepared. */
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { users } from '../../db/schema.ts';
import { addUser, CALLER, openTestApp, PASSWORD, type TestApp } from '../test-app.ts';
import { changePassword } from './change-password.ts';
import { login } from './login.ts';
import { dummyHash, hashPassword, verifyPassword } from './password.ts';

const NOW = new Date('2026-11-23T12:00:00Z');
const COMPOSED = 'über den violetten wiesen';
const DECOMPOSED = COMPOSED.normalize('NFD');

/** How often a password was compared with a hash. */
const verified = vi.hoisted(() => ({ times: 0 }));
vi.mock('@node-rs/argon2', async (original) => {
  const argon2 = await original<typeof import('@node-rs/argon2')>();
  return {
    ...argon2,
    verify: (...args: Parameters<typeof argon2.verify>) => {
      verified.times += 1;
      return argon2.verify(...args);
    },
  };
});

let app: TestApp;
beforeAll(async () => {
  app = await openTestApp();
});
afterAll(() => app.close());

test('a password is the same on keyboards that compose it differently, and with any kind of space', async () => {
  const hash = await hashPassword(DECOMPOSED);
  for (const typed of [COMPOSED, DECOMPOSED, COMPOSED.replace(' ', '\u3000'), COMPOSED.replaceAll(' ', '\u00a0')])
    expect([typed, await verifyPassword(typed, hash)]).toEqual([typed, 'prepared']);
});

test('it is not trimmed, and neither case nor width is mapped', async () => {
  const hash = await hashPassword('Violet 1');
  for (const typed of [' Violet 1', 'Violet 1 ', 'violet 1', 'Ｖiolet 1', 'Violet  1'])
    expect([typed, await verifyPassword(typed, hash)]).toEqual([typed, null]);
});

describe('a hash of a password as it was typed', () => {
  let userId: number;
  beforeEach(async () => {
    await app.db.delete(users);
    userId = await addUser(app.db, 'anna');
    const { hash } = await vi.importActual<typeof import('@node-rs/argon2')>('@node-rs/argon2');
    const options = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };
    const passwordHash = await hash(DECOMPOSED, options);
    await app.db.update(users).set({ passwordHash }).where(eq(users.id, userId));
  });
  const signIn = (pwd: string) => login(app.db, { name: 'anna', pwd }, CALLER, NOW);

  test('still signs in, and is replaced so that the other spelling does too', async () => {
    await expect(signIn(COMPOSED)).rejects.toMatchObject({ code: 'invalid_credentials' });
    await signIn(DECOMPOSED);
    await signIn(COMPOSED);
    await signIn(DECOMPOSED);
  });

  test('confirms a change of password', async () => {
    const { session } = await signIn(DECOMPOSED);
    const principal = { userId, sessionId: session.id, via: 'cookie' as const, issuedAt: NOW, expiresAt: NOW };
    const change = { current: DECOMPOSED, new: 'u\u0308ber den gelben wiesen' };
    await changePassword(app.db, principal, change, CALLER, NOW);
    await signIn('über den gelben wiesen');
  });
});

test('an unknown name costs as many comparisons as a wrong password, whatever is typed', async () => {
  await dummyHash();
  const hash = await hashPassword(PASSWORD);
  const work = async (typed: string, stored: string | undefined) => {
    verified.times = 0;
    expect(await verifyPassword(typed, stored)).toBeNull();
    return verified.times;
  };
  for (const [typed, times] of [
    ['wrong', 1],
    [COMPOSED, 1],
    [DECOMPOSED, 2],
    ['wrong\u3000one', 2],
  ] as const)
    expect([typed, await work(typed, hash), await work(typed, undefined)]).toEqual([typed, times, times]);
});
