/** Bounds that pages need too. Without zod, for the browser. */

/** The longest user name. */
export const USER_NAME_MAX_CHARS = 64;
/** The longest password taken, so that hashing one is bounded work. */
export const PASSWORD_MAX_CHARS = 256;
