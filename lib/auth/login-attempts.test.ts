import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { AppError } from '../errors.ts';
import { countLoginAttempt, type Guesser, waitSeconds } from './login-attempts.ts';
import {
  LOGIN_ADDRESS_WINDOW_SECONDS,
  LOGIN_FAILURES_FREE,
  LOGIN_FAILURES_PER_ADDRESS,
  LOGIN_FAILURES_PER_NAME,
  LOGIN_FIRST_WAIT_SECONDS,
  LOGIN_LONGEST_WAIT_SECONDS,
  LOGIN_NAME_WINDOW_SECONDS,
} from './policy.ts';
import { openTestApp, type TestApp } from './test-app.ts';

let app: TestApp;
let names = 0;
beforeAll(async () => {
  app = await openTestApp();
});
afterAll(() => app.close());
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: new Date('2026-11-23T12:00:00Z') });
});
afterEach(() => {
  vi.useRealTimers();
});

const newName = () => `name ${++names}`;
const stranger = (address = `192.0.2.${++names}`): Guesser => ({ address, browserId: null });
const guess = (name: string, guesser: Guesser) => countLoginAttempt(app.db, name, guesser);
const pass = (seconds: number) => vi.setSystemTime(Date.now() + seconds * 1_000);

async function guessTimes(times: number, name: string, guesser: () => Guesser): Promise<void> {
  for (let n = 0; n < times; n += 1) await guess(name, guesser());
}

/** Seconds to wait, or 0 where the password would be looked at. */
async function refusedFor(attempt: Promise<unknown>): Promise<number> {
  try {
    await attempt;
    return 0;
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'rate_limited') throw error;
    return error.retryAfterSeconds ?? Number.NaN;
  }
}

describe('from one address', () => {
  test('the first wrong passwords are free, and each further one doubles the wait', async () => {
    const [name, here] = [newName(), stranger()];
    await guessTimes(LOGIN_FAILURES_FREE + 1, name, () => here);
    for (let wait = LOGIN_FIRST_WAIT_SECONDS; wait <= LOGIN_FIRST_WAIT_SECONDS * 8; wait *= 2) {
      expect(await refusedFor(guess(name, here))).toBe(wait);
      pass(wait);
      expect(await refusedFor(guess(name, here))).toBe(0);
    }
  });

  test('no wait is longer than the longest', () => {
    expect(waitSeconds(LOGIN_FAILURES_FREE)).toBe(0);
    expect(waitSeconds(LOGIN_FAILURES_FREE + 1)).toBe(LOGIN_FIRST_WAIT_SECONDS);
    expect(waitSeconds(1_000)).toBe(LOGIN_LONGEST_WAIT_SECONDS);
  });

  test('trying again during a wait does not prolong it', async () => {
    const [name, here] = [newName(), stranger()];
    await guessTimes(LOGIN_FAILURES_FREE + 1, name, () => here);
    pass(LOGIN_FIRST_WAIT_SECONDS - 1);
    for (let n = 0; n < 5; n += 1) expect(await refusedFor(guess(name, here))).toBe(1);
    pass(1);
    expect(await refusedFor(guess(name, here))).toBe(0);
    expect(await refusedFor(guess(name, here))).toBe(LOGIN_FIRST_WAIT_SECONDS * 2);
  });

  test('guesses at the same moment get no further than guesses one by one', async () => {
    const [name, here] = [newName(), stranger()];
    const waits = await Promise.all(Array.from({ length: 40 }, () => refusedFor(guess(name, here))));
    expect(waits.filter((wait) => wait === 0)).toHaveLength(LOGIN_FAILURES_FREE + 1);
  });

  test('a right password forgets the wrong ones before it', async () => {
    const [name, here] = [newName(), stranger()];
    await guessTimes(LOGIN_FAILURES_FREE, name, () => here);
    await (await guess(name, here)).succeeded();
    await guessTimes(LOGIN_FAILURES_FREE, name, () => here);
    expect(await refusedFor(guess(name, here))).toBe(0);
  });

  test('many names cannot be tried, and their counts are untouched by what is refused', async () => {
    const address = '198.51.100.1';
    for (let n = 0; n < LOGIN_FAILURES_PER_ADDRESS; n += 1) await guess(newName(), stranger(address));
    expect(await refusedFor(guess(newName(), stranger(address)))).toBe(LOGIN_ADDRESS_WINDOW_SECONDS);
    expect(await refusedFor(guess(newName(), stranger()))).toBe(0);
    pass(LOGIN_ADDRESS_WINDOW_SECONDS);
    expect(await refusedFor(guess(newName(), stranger(address)))).toBe(0);
  });

  test('what a wait refuses counts neither against the address nor against the name', async () => {
    const [name, here] = [newName(), stranger()];
    await guessTimes(LOGIN_FAILURES_FREE + 1, name, () => here);
    for (let n = 0; n < LOGIN_FAILURES_PER_NAME; n += 1) await refusedFor(guess(name, here));
    expect(await refusedFor(guess(newName(), here))).toBe(0);
    expect(await refusedFor(guess(name, stranger()))).toBe(0);
  });
});

describe('from many addresses', () => {
  test('a name can be guessed a hundred times a day', async () => {
    const name = newName();
    await guessTimes(LOGIN_FAILURES_PER_NAME, name, () => stranger());
    expect(await refusedFor(guess(name, stranger()))).toBe(LOGIN_NAME_WINDOW_SECONDS);
    expect(await refusedFor(guess(newName(), stranger()))).toBe(0);
    pass(LOGIN_NAME_WINDOW_SECONDS);
    expect(await refusedFor(guess(name, stranger()))).toBe(0);
  });

  test('a browser that has signed in before is not locked out by them', async () => {
    const [name, known] = [newName(), { ...stranger(), browserId: 'a known one' }];
    await guessTimes(LOGIN_FAILURES_FREE + 1, name, () => stranger(known.address));
    await guessTimes(LOGIN_FAILURES_PER_NAME - LOGIN_FAILURES_FREE - 1, name, () => stranger());
    expect(await refusedFor(guess(name, stranger()))).toBeGreaterThan(0);
    expect(await refusedFor(guess(name, known))).toBe(0);
  });

  test('known browsers wait too, wherever they are, and share a cap of their own', async () => {
    const name = newName();
    const at = (browserId: string): Guesser => ({ ...stranger(), browserId });
    await guessTimes(LOGIN_FAILURES_FREE + 1, name, () => at('stolen'));
    expect(await refusedFor(guess(name, at('stolen')))).toBe(LOGIN_FIRST_WAIT_SECONDS);
    for (let n = LOGIN_FAILURES_FREE + 1; n < LOGIN_FAILURES_PER_NAME; n += 1) await guess(name, at(`hoarded ${n}`));
    expect(await refusedFor(guess(name, at('another')))).toBe(LOGIN_NAME_WINDOW_SECONDS);
  });
});
