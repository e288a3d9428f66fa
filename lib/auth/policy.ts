/** Every lifetime and limit of signing in and staying signed in, with its unit in its name. Configurable ones are only defaults here. */
import { availableParallelism } from 'node:os';

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** The two lifetimes the project is about: 2 hours and 14 days. */
export const ACCESS_TOKEN_LIFETIME_SECONDS = 2 * HOUR;
export const REFRESH_TOKEN_LIFETIME_SECONDS = 14 * DAY;
/** Access tokens of sessions that the browser itself binds to a key; renewing is free there. */
export const BOUND_ACCESS_TOKEN_LIFETIME_SECONDS = 10 * MINUTE;

/** How long after a session's end the sign-in page still knows whose it was and why it ended. */
export const LOGIN_HINT_KEPT_SECONDS = 7 * DAY;
/** How long a typed name waits for the page that its form goes back to. */
export const TYPED_NAME_KEPT_SECONDS = MINUTE;

/** The longest another instance may still honour a revoked session. */
export const REVOCATION_LAG_MS = 1_000;
/** How far back each pull of revocations reaches, since a row can become visible some time after its timestamp. */
export const REVOCATION_OVERLAP_SECONDS = 30;
/** How long guarded requests are answered from what is known when the database cannot be asked; after that, 503. */
export const REVOCATION_BLIND_MS = 10_000;

/** How far another instance's clock may be ahead when it issues a token. */
export const CLOCK_SKEW_SECONDS = 60;

/** Verified tokens of each kind remembered per process; about 1 KB each. */
export const REMEMBERED_TOKENS_MAX = 10_000;
/** A token of ours has about 450 characters; nothing longer is looked at. */
export const TOKEN_MAX_CHARS = 2_048;
/** The refresh cookie has about 900. */
export const SEALED_TOKEN_MAX_CHARS = 4_096;

/** A proof of possession has about 500 characters. */
export const PROOF_MAX_CHARS = 2_048;
/** 96 random bits at least (RFC 9449 4.2). */
export const PROOF_JTI_MIN_CHARS = 16;
export const PROOF_JTI_MAX_CHARS = 128;
/** A nonce is handed out for one step and taken for four more; one step ahead is another instance's clock. */
export const PROOF_NONCE_STEP_SECONDS = MINUTE;
export const PROOF_NONCE_STEPS_BACK = 4;
export const PROOF_NONCE_STEPS_AHEAD = 1;
/** Proofs are remembered longer than their nonces are taken, by the clock skew of two instances and the time of a request. */
export const PROOF_MARK_STEPS = 6;
/** Proofs of one session remembered at a time, at least; one more within the window is refused rather than another forgotten. */
export const PROOF_MARKS_MIN = 8;
/** A browser that can bind a session by itself does so within a second of the sign-in. */
export const REGISTRATION_STEPS_BACK = 1;
/** Beyond the life of an access token: how long the challenge handed out with it may still be answered. */
export const DBSC_CHALLENGE_SPARE_SECONDS = 5 * MINUTE;
/** Good proofs of another key than the session's: at this many within the window somebody has its cookies, and it ends. */
export const KEY_MISMATCHES_MAX = 3;
export const KEY_MISMATCH_WINDOW_SECONDS = 10 * MINUTE;

/** A session id or token id: 128 random bits, base64url. */
export const ID_BYTES = 16;
/** Each secret must have at least this many bytes and this many different characters. */
export const SECRET_MIN_BYTES = 32;
export const SECRET_MIN_DISTINCT_CHARS = 8;

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

/** Renewals of one session in a minute: more than any number of tabs, less than a program gone wild. */
export const REFRESHES_PER_SESSION = 300;
export const REFRESH_WINDOW_SECONDS = MINUTE;

/** What has ended is kept this long: sessions so that a browser stays known for its memory, events so that a break-in can be traced. */
export const ENDED_SESSIONS_KEPT_SECONDS = 30 * DAY;
export const AUDIT_EVENTS_KEPT_SECONDS = 180 * DAY;
/** Rows of each kind removed at a time, and the least time between two times in one process. */
export const HOUSEKEEPING_ROWS = 500;
export const HOUSEKEEPING_PAUSE_SECONDS = 10;

/** A sign-in this young may end other sessions without the password again. */
export const RECENT_SIGN_IN_SECONDS = 15 * MINUTE;

/** A page opened with an expired access token is renewed and opened again; more often in a row than this means the cookie does not stick. */
export const PAGE_RENEWALS_IN_A_ROW_MAX = 3;
export const PAGE_RENEWALS_WINDOW_SECONDS = 10;
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
/** A refresh with the old cookies may have been on its way when their session was renamed; longer than any that a page waits for. */
export const RENAMED_GRACE_SECONDS = 10;
