/** Limits that pages need too. No zod, since the browser loads it. */

/** The longest user name. */
export const USER_NAME_MAX_CHARS = 64;
/** The longest accepted password, so that hashing is bounded work. */
export const PASSWORD_MAX_CHARS = 256;
/** New passwords have at least this many characters (Unicode code points); no composition rules. */
export const NEW_PASSWORD_MIN_CHARS = 15;

export const ORDER_LINES_MAX = 50;
export const ORDER_QUANTITY_MAX = 999;
export const ORDER_NOTE_MAX_CHARS = 500;
export const ORDER_SEARCH_MAX_CHARS = 100;
