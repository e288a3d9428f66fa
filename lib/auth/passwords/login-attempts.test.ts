import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { AppError } from '../../errors.ts';
import { openTestApp, type TestApp } from '../test-app.ts';
import { countLoginAttempt, type Guesser, waitSeconds } from './login-attempts.ts';
import {
  LOGIN_ADDRESS_WINDOW_SECONDS,
  LOGIN_FAILURES_FREE,
  LOGIN_FAILURES_PER_ADDRESS,
  LOGIN_FAILURES_PER_NAME,
  LOGIN_FAILURES_PER_NAME_AND_SITE,
  LOGIN_FAILURES_PER_SITE,
  LOGIN_FIRST_WAIT_SECONDS,
  LOGIN_LONGEST_WAIT_SECONDS,
  LOGIN_NAME_WINDOW_SECONDS,
} from './password-limits.ts';

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

/** As many as there are connections to the database. */
async function aFewAtATime<T>(times: number, work: (n: number) => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  for (let done = 0; done < times; done += 8) {
    const some = Array.from({ length: Math.min(8, times - done) }, (_, n) => work(done + n));
    results.push(...(await Promise.all(some)));
  }
  return results;
}

describe('from IPv6', () => {
  const of = (network: number, host: number) => stranger(`2001:db8:1:${network.toString(16)}::${host.toString(16)}`);

  test('one /64 counts as one address, whatever the names', async () => {
    for (let n = 0; n < LOGIN_FAILURES_PER_ADDRESS; n += 1) await guess(newName(), of(1, n));
    expect(await refusedFor(guess(newName(), of(1, 999)))).toBe(LOGIN_ADDRESS_WINDOW_SECONDS);
    expect(await refusedFor(guess(newName(), of(2, 1)))).toBe(0);
  });

  test('one /48 has a limit of its own above its networks', async () => {
    const other = (network: number) => stranger(`2001:db8:2:${network.toString(16)}::1`);
    await aFewAtATime(LOGIN_FAILURES_PER_SITE, (n) => guess(newName(), other(n)));
    expect(await refusedFor(guess(newName(), other(999)))).toBe(LOGIN_ADDRESS_WINDOW_SECONDS);
    expect(await refusedFor(guess(newName(), stranger('2001:db8:3::1')))).toBe(0);
  });

  test('one /64 waits for a name as one address does', async () => {
    const name = newName();
    for (let n = 0; n <= LOGIN_FAILURES_FREE; n += 1) await guess(name, of(3, n));
    expect(await refusedFor(guess(name, of(3, 999)))).toBe(LOGIN_FIRST_WAIT_SECONDS);
  });

  test('one /48 cannot close a name to strangers, however long it guesses from all its networks', async () => {
    const name = newName();
    const waits = await aFewAtATime(LOGIN_FAILURES_PER_NAME, (n) =>
      refusedFor(guess(name, stranger(`2001:db8:4:${n}::1`))),
    );
    expect(waits.filter((wait) => wait === 0)).toHaveLength(LOGIN_FAILURES_PER_NAME_AND_SITE);
    expect(await refusedFor(guess(name, stranger()))).toBe(0);
    expect(await refusedFor(guess(name, stranger('2001:db8:5::1')))).toBe(0);
  });

  test.each([
    ['an IPv4-mapped address', '::ffff:198.51.100.77', '198.51.100.77'],
    ['the same in hexadecimal', '::ffff:c633:644d', '198.51.100.77'],
    ['a NAT64 address', '64:ff9b::c633:644d', '198.51.100.77'],
    ['a zone', 'fe80::1%eth0', 'fe80::1'],
    ['another spelling', '2001:0DB8:0006::0001', '2001:db8:6::1'],
  ])('%s is counted as the address it stands for', async (_, written, plain) => {
    const name = newName();
    for (let n = 0; n <= LOGIN_FAILURES_FREE; n += 1) await guess(name, stranger(n % 2 === 0 ? written : plain));
    expect(await refusedFor(guess(name, stranger(plain)))).toBe(LOGIN_FIRST_WAIT_SECONDS);
  });
});

test('from one network guessing without a pause a name stays open to other strangers for a whole day', async () => {
  const [name, here] = [newName(), stranger()];
  const endsAt = Date.now() + LOGIN_NAME_WINDOW_SECONDS * 1_000;
  while (Date.now() < endsAt) pass((await refusedFor(guess(name, here))) || 1);
  expect(await refusedFor(guess(name, stranger()))).toBe(0);
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
