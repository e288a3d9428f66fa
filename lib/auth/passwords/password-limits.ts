/** Limits of signing in and of changing a password. */
import { availableParallelism } from 'node:os';
import { DAY, MINUTE } from '../../seconds.ts';

/** argon2id at the OWASP minimum: 19 MiB, two passes, one lane. */
export const ARGON2_MEMORY_KIB = 19_456;
export const ARGON2_PASSES = 2;
export const ARGON2_LANES = 1;
/** Concurrent hashes per process: half of the cores, so that guarded requests have the others. */
export const PASSWORD_HASHES_AT_ONCE = Math.max(1, Math.floor(availableParallelism() / 2));
export const PASSWORD_HASHES_WAITING_MAX = 200;
/** Concurrent sign-ins, so that one reads the database while another hashes; more than these may wait, then the answer is 503. */
export const LOGINS_AT_ONCE = PASSWORD_HASHES_AT_ONCE + 1;
export const LOGINS_WAITING_MAX = 200;
/** Wrong passwords before the first wait: of one name from one network, or from one known browser. */
export const LOGIN_FAILURES_FREE = 9;
/** After that each failure doubles the wait, up to the longest. */
export const LOGIN_FIRST_WAIT_SECONDS = 10;
export const LOGIN_LONGEST_WAIT_SECONDS = 30 * MINUTE;
/** Wrong passwords for one name in a day: from all unknown browsers together, and from all known ones. */
export const LOGIN_FAILURES_PER_NAME = 100;
/** How long wrong passwords for a name count. A correct one resets them. */
export const LOGIN_NAME_WINDOW_SECONDS = DAY;
/** At most this many of them from one IPv6 /48: beyond that the site waits, and the name stays open to others. */
export const LOGIN_FAILURES_PER_NAME_AND_SITE = 75;
/** Wrong passwords from one network (an IPv4 address, an IPv6 /64) and from one IPv6 /48, for all names together. */
export const LOGIN_FAILURES_PER_ADDRESS = 100;
export const LOGIN_FAILURES_PER_SITE = 300;
export const LOGIN_ADDRESS_WINDOW_SECONDS = 15 * MINUTE;
/** How long a browser stays known after its last sign-in. */
export const KNOWN_BROWSER_MEMORY_SECONDS = 30 * DAY;
/** A sign-in this recent may revoke other sessions without asking for the password. */
export const RECENT_SIGN_IN_SECONDS = 15 * MINUTE;
/** Refuse a new password that the estimator expects to fall within this many guesses. */
export const NEW_PASSWORD_MIN_GUESSES = 1_000_000;
/** The estimator takes milliseconds for a part of this length and seconds for 256 characters. */
export const JUDGED_PASSWORD_PART_CHARS = 24;
/** The same for a password judged by its parts: a common word cut in two looks like up to eight random characters. */
export const CUT_PASSWORD_MIN_GUESSES = 1_000_000_000_000;
/** Substitutions tried per part ("p@ssw0rd"); each costs as much as the part itself. */
export const JUDGED_SUBSTITUTIONS = 4;
/** Password changes requested by one user in the window, successful or not. */
export const PASSWORD_CHANGES_PER_USER = 40;
export const PASSWORD_CHANGE_WINDOW_SECONDS = 15 * MINUTE;
