/** Limits of signing in and of changing a password. */
import { availableParallelism } from 'node:os';
import { DAY, MINUTE } from '../../seconds.ts';

/** argon2id at the OWASP minimum: 19 MiB, two passes, one lane. */
export const ARGON2_MEMORY_KIB = 19_456;
export const ARGON2_PASSES = 2;
export const ARGON2_LANES = 1;
/** Hashes computed at the same time per process: on half of its cores, so that guarded requests have the others. */
export const PASSWORD_HASHES_AT_ONCE = Math.max(1, Math.floor(availableParallelism() / 2));
export const PASSWORD_HASHES_WAITING_MAX = 200;
/** Sign-ins looked at together, so that one reads the database while another hashes; how many more may wait before the answer is 503. */
export const LOGINS_AT_ONCE = PASSWORD_HASHES_AT_ONCE + 1;
export const LOGINS_WAITING_MAX = 200;
/** Wrong passwords before the first wait: of one name from one network, or from one browser that has signed in before. */
export const LOGIN_FAILURES_FREE = 9;
/** From then on each further one starts a wait, twice as long as the one before it, up to the longest. */
export const LOGIN_FIRST_WAIT_SECONDS = 10;
export const LOGIN_LONGEST_WAIT_SECONDS = 30 * MINUTE;
/** Wrong passwords for one name in a day, from all browsers it has not signed in from together, and from all it has. */
export const LOGIN_FAILURES_PER_NAME = 100;
/** How long wrong passwords for a name count; a right one forgets them. */
export const LOGIN_NAME_WINDOW_SECONDS = DAY;
/** The part of them that may come from one /48 of IPv6: beyond it that site waits, and the name stays open to others. */
export const LOGIN_FAILURES_PER_NAME_AND_SITE = 75;
/** Wrong passwords from one network (an IPv4 address, a /64 of IPv6) and from one /48 of IPv6, whatever the names. */
export const LOGIN_FAILURES_PER_ADDRESS = 100;
export const LOGIN_FAILURES_PER_SITE = 300;
export const LOGIN_ADDRESS_WINDOW_SECONDS = 15 * MINUTE;
/** How long a browser counts as one that has signed in before; each sign-in starts it anew. */
export const KNOWN_BROWSER_MEMORY_SECONDS = 30 * DAY;
/** A sign-in this young may end other sessions without the password again. */
export const RECENT_SIGN_IN_SECONDS = 15 * MINUTE;
/** A new password that falls within this many guesses of a good guesser is refused. */
export const NEW_PASSWORD_MIN_GUESSES = 1_000_000;
/** The guesser's time grows faster than the text: a part of this many characters takes it a few milliseconds, 256 take seconds. */
export const JUDGED_PASSWORD_PART_CHARS = 24;
/** Of a password that is judged by its parts: a common word that was cut off looks like up to eight random characters. */
export const CUT_PASSWORD_MIN_GUESSES = 1_000_000_000_000;
/** Spellings of one part tried without its digits and signs ("p@ssw0rd"); each costs as much as the part itself. */
export const JUDGED_SUBSTITUTIONS = 4;
/** Changes of password asked for by one user in the window, whatever comes of them. */
export const PASSWORD_CHANGES_PER_USER = 40;
export const PASSWORD_CHANGE_WINDOW_SECONDS = 15 * MINUTE;
