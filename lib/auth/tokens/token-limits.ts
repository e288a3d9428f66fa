/** Lifetimes and sizes of tokens, ids and secrets. The two lifetimes are defaults; the environment may set others. */
import { DAY, HOUR, MINUTE } from '../../seconds.ts';

/** The two lifetimes the project is about: 2 hours and 14 days. */
export const ACCESS_TOKEN_LIFETIME_SECONDS = 2 * HOUR;
export const REFRESH_TOKEN_LIFETIME_SECONDS = 14 * DAY;
/** Access tokens of sessions that the browser itself binds to a key, where a refresh is cheap. */
export const BOUND_ACCESS_TOKEN_LIFETIME_SECONDS = 10 * MINUTE;
/** How far another instance's clock may be ahead when it issues a token. */
export const CLOCK_SKEW_SECONDS = 60;
/** Verified tokens of each kind cached per process; about 1 KB each. */
export const CACHED_TOKENS_MAX = 10_000;
/** A token has about 450 characters; a longer text is refused unread. */
export const TOKEN_MAX_CHARS = 2_048;
/** A sealed refresh token has about 900. */
export const SEALED_TOKEN_MAX_CHARS = 4_096;
/** A session id or token id: 128 random bits, base64url. */
export const ID_BYTES = 16;
/** Each secret must have at least this many bytes and this many different characters. */
export const SECRET_MIN_BYTES = 32;
export const SECRET_MIN_DISTINCT_CHARS = 8;
