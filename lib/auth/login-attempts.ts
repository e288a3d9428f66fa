/** How often a password may be wrong: growing waits for who guesses, and no lock for the browsers a user has signed in from. */
import type { Db } from '../db/client.ts';
import { followUp } from '../follow-up.ts';
import {
  LOGIN_ADDRESS_WINDOW_SECONDS,
  LOGIN_FAILURES_FREE,
  LOGIN_FAILURES_PER_ADDRESS,
  LOGIN_FAILURES_PER_NAME,
  LOGIN_FIRST_WAIT_SECONDS,
  LOGIN_LONGEST_WAIT_SECONDS,
  LOGIN_NAME_WINDOW_SECONDS,
} from './policy.ts';
import { type Counter, counter } from './rate-limit.ts';

/** Who guesses: a browser that this user has signed in from (or is signed in with), or nobody we know. */
export interface Guesser {
  address: string;
  /** Null for a stranger. */
  browserId: string | null;
}

/** One password to be looked at; counted before it is, so that parallel guesses cannot slip through. */
export interface LoginAttempt {
  /** Forgets what counted against this name: the password was right. Never throws; what could not be forgotten counts on. */
  succeeded(): Promise<void>;
}

/** Throws `rate_limited` with the seconds to wait. The name counts as submitted, whether or not somebody has it. */
export async function countLoginAttempt(db: Db, name: string, guesser: Guesser): Promise<LoginAttempt> {
  const known = guesser.browserId !== null;
  const ofName = counter(db, known ? NAME_FROM_KNOWN : NAME_FROM_UNKNOWN, name);
  const ofAddress = known ? null : counter(db, ADDRESS, guesser.address);
  const slowed = slowedDown(db, known ? `browser\0${guesser.browserId}` : `pair\0${name}\0${guesser.address}`);
  await ofAddress?.count();
  await takingBack([ofAddress], () => ofName.count());
  await takingBack([ofAddress, ofName], () => slowed.count());
  return {
    succeeded: () =>
      followUp(async () => {
        await slowed.forget();
        await ofName.forget();
        await ofAddress?.takeBack();
      }),
  };
}

/** What counts against the name; a wait of one address or browser goes on to its end. */
export async function forgetLoginFailures(db: Db, name: string): Promise<void> {
  await counter(db, NAME_FROM_KNOWN, name).forget();
  await counter(db, NAME_FROM_UNKNOWN, name).forget();
}

/** All known browsers of a user together get no more guesses than the strangers. */
const NAME_FROM_KNOWN = {
  name: 'login name known',
  count: LOGIN_FAILURES_PER_NAME,
  windowSeconds: LOGIN_NAME_WINDOW_SECONDS,
};
const NAME_FROM_UNKNOWN = { ...NAME_FROM_KNOWN, name: 'login name' };
const ADDRESS = {
  name: 'login address',
  count: LOGIN_FAILURES_PER_ADDRESS,
  windowSeconds: LOGIN_ADDRESS_WINDOW_SECONDS,
};
/** Only counted; what it leads to is a wait. */
const FAILURES = {
  name: 'login failures',
  count: Number.MAX_SAFE_INTEGER,
  windowSeconds: LOGIN_NAME_WINDOW_SECONDS,
};
/** One attempt for each wait. */
const TURN = { name: 'login turn', count: 1, windowSeconds: LOGIN_LONGEST_WAIT_SECONDS };

/** Seconds until the next attempt after the `failures`th wrong password in a row; 0 while they are free. */
export function waitSeconds(failures: number): number {
  const beyond = failures - LOGIN_FAILURES_FREE;
  return beyond < 1 ? 0 : Math.min(LOGIN_FIRST_WAIT_SECONDS * 2 ** (beyond - 1), LOGIN_LONGEST_WAIT_SECONDS);
}

/** Each attempt beyond the free ones takes a turn, and the next turn comes after a wait; who comes earlier is not counted. */
function slowedDown(db: Db, key: string): Pick<Counter, 'count' | 'forget'> {
  const failures = counter(db, FAILURES, key);
  const turn = counter(db, TURN, key);
  return {
    async count() {
      const failed = await failures.count();
      const wait = waitSeconds(failed);
      if (wait > 0) await takingBack([failures], () => turn.count(wait));
      return failed;
    },
    async forget() {
      await failures.forget();
      await turn.forget();
    },
  };
}

/** An attempt that is refused further on was no guess. */
async function takingBack<T>(counted: (Pick<Counter, 'takeBack'> | null)[], next: () => Promise<T>): Promise<T> {
  try {
    return await next();
  } catch (error) {
    for (const counter of counted) await counter?.takeBack();
    throw error;
  }
}
