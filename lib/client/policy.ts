/** Every length of time in the browser's part of the session, in one place. */

/** Smaller differences between two clocks are rounding and drift. */
export const CLOCK_JUMP_MS = 1_000;

/** Renewing starts this share of the lifetime before the end, at most `RENEWAL_LEAD_MAX_MS`, a little later in some tabs. */
export const RENEWAL_LEAD_SHARE = 0.2;
export const RENEWAL_LEAD_MAX_MS = 60_000;
/** Between two renewals, so that no clock and no endless 401 can make a storm of them. */
export const RENEWAL_GAP_MS = 1_000;
/** While another tab signs in or out nobody renews: a late answer would undo it. */
export const RENEWAL_PAUSE_MS = 5_000;
export const RETRY_FIRST_MS = 500;
/** In a hidden page. */
export const RETRY_MAX_MS = 30_000;
/** A page that somebody looks at tries again within this; not less than `RENEWAL_PAUSE_MS`, which it must not cut. */
export const RETRY_SEEN_MS = 5_000;
/** How long to queue behind other tabs; after that this tab renews as well, which harms nothing. */
export const LOCK_WAIT_MS = 5_000;
/** Longer than the server takes to sign in, renew or sign out; it bounds how long a tab can hold the lock. */
export const CALL_MAX_MS = 10_000;
/** How long a request waits for a renewal that the server cannot give just now. */
export const PATIENCE_MS = 30_000;

/**
 * How often a visible page asks whether its session was ended in another browser: often enough to show it within five
 * seconds. `GET /api/session` costs the server no query.
 */
export const CHECK_EVERY_MS = 4_000;
/** A page that is only shown or focused again does not ask more often than this. */
export const CHECK_GAP_MS = 5_000;
/** Somebody has clicked and waits for the page, so this is short. */
export const NAVIGATION_RETRY_MAX_MS = 4_000;
/** A page is loaded anew for the sake of a lost script no more often than this. */
export const LOST_SCRIPT_GAP_MS = 10_000;
/** Where that has not helped so many times, each within a minute of the last, the page says that it failed. */
export const LOST_SCRIPT_TIMES_MAX = 3;
export const LOST_SCRIPT_ROW_MS = 60_000;
export const SIGN_OUT_RETRY_MS = 2_000;
/** As long as a closed page’s sign-out is gone on with: longer than any session lasts. */
export const SIGN_OUT_KEPT_SECONDS = 30 * 86_400;
/** Browsers fire longer timers at once. */
export const TIMER_MAX_MS = 1_000_000_000;
export const NEVER_MS = 1e15;
