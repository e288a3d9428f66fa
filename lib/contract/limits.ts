/** Limits that pages need too. No zod, since the browser loads it. */

/** The longest user name. */
export const USER_NAME_MAX_CHARS = 64;
/** The longest accepted password, so that hashing is bounded work. */
export const PASSWORD_MAX_CHARS = 256;
