/** Limit wrong passwords: waits grow with each failure, and known browsers are never locked out by strangers. */
import type { Db } from '../../db/client.ts';
import { followUp } from '../../follow-up.ts';
import { networkOf, siteOf } from '../caller/network.ts';
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
import { preparedName } from './prepared-text.ts';
import { type Counter, counter } from './rate-limit.ts';

/** The source of an attempt: a known browser of this user, or a stranger. */
export interface Guesser {
  address: string;
  /** Null for a stranger. */
  browserId: string | null;
}

/** One attempt, counted before the password is checked, so that parallel guesses cannot slip through. */
interface LoginAttempt {
  /** Reset the counters after a correct password. Never throws; a counter that could not be reset keeps counting. */
  succeeded(): Promise<void>;
}

/** Throws `rate_limited` with the seconds to wait. The name counts in its prepared form, whether or not a user has it. */
export async function countLoginAttempt(db: Db, typedName: string, guesser: Guesser): Promise<LoginAttempt> {
  const name = preparedName(typedName);
  const { address, browserId } = guesser;
  const [network, site] = [networkOf(address), siteOf(address)];
  const ofStranger = browserId === null ? [counter(db, ADDRESS, network), ...ofSite(db, name, site)] : [];
  const ofName = counter(db, browserId === null ? NAME_FROM_UNKNOWN : NAME_FROM_KNOWN, name);
  const slowed = slowedDown(db, browserId === null ? `pair\0${name}\0${network}` : `browser\0${browserId}`);
  const counted: Counter[] = [];
  for (const next of [...ofStranger, ofName, slowed]) {
    await takingBack(counted, () => next.count());
    counted.unshift(next);
  }
  return {
    succeeded: () =>
      followUp(async () => {
        await slowed.forget();
        await ofName.forget();
        for (const counter of ofStranger) await counter.takeBack();
      }),
  };
}

/** Counters of an IPv6 site (/48), which has 65,536 networks. */
function ofSite(db: Db, name: string, site: string | null): Counter[] {
  return site === null ? [] : [counter(db, SITE, site), counter(db, NAME_FROM_SITE, `${name}\0${site}`)];
}

/** Reset the counters of the name. A wait of one address or browser continues. */
export async function forgetLoginFailures(db: Db, name: string): Promise<void> {
  const key = preparedName(name);
  await counter(db, NAME_FROM_KNOWN, key).forget();
  await counter(db, NAME_FROM_UNKNOWN, key).forget();
}

/** All known browsers of a user together get as many attempts as all strangers. */
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
const SITE = { ...ADDRESS, name: 'login site', count: LOGIN_FAILURES_PER_SITE };
const NAME_FROM_SITE = { ...NAME_FROM_UNKNOWN, name: 'login name site', count: LOGIN_FAILURES_PER_NAME_AND_SITE };
/** Never refuses; the count sets the length of the wait. */
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

/** Each attempt beyond the free ones takes a turn; the next turn comes after a wait. An attempt before it is not counted. */
function slowedDown(db: Db, key: string): Counter {
  const failures = counter(db, FAILURES, key);
  const turn = counter(db, TURN, key);
  return {
    async count() {
      const failed = await failures.count();
      const wait = waitSeconds(failed);
      if (wait > 0) await takingBack([failures], () => turn.count(wait));
      return failed;
    },
    takeBack: () => failures.takeBack(),
    async forget() {
      await failures.forget();
      await turn.forget();
    },
  };
}

/** An attempt refused by a later counter does not count in the earlier ones. */
async function takingBack<T>(counted: Pick<Counter, 'takeBack'>[], next: () => Promise<T>): Promise<T> {
  try {
    return await next();
  } catch (error) {
    for (const counter of counted) await counter.takeBack();
    throw error;
  }
}
