/** Every length of time in the browser's part of the session. */

/** A smaller difference between two clocks is rounding or drift. */
export const CLOCK_JUMP_MS = 1_000;

/** A refresh starts this share of the lifetime before the end, at most `REFRESH_LEAD_MAX_MS`; in some tabs a little later. */
export const REFRESH_LEAD_SHARE = 0.2;
export const REFRESH_LEAD_MAX_MS = 60_000;
/** Between two refreshes, so that neither a wrong clock nor an endless 401 makes a storm of them. */
export const REFRESH_GAP_MS = 1_000;
/** No tab refreshes for this long after another began to sign in or out: a late answer would undo it. */
export const REFRESH_PAUSE_MS = 5_000;
/** The first pause after a failed refresh. It doubles up to one of the two limits below. */
export const RETRY_FIRST_MS = 500;
export const RETRY_HIDDEN_MAX_MS = 30_000;
/** Not less than `REFRESH_PAUSE_MS`, which it must not cut short. */
export const RETRY_VISIBLE_MAX_MS = 5_000;
/** A longer `Retry-After` is shortened to this, so that the page recovers alone soon after an outage that ended early. */
export const RETRY_AFTER_MAX_SECONDS = 300;
/** The longest wait for other tabs. After it this tab refreshes as well, which does no harm. */
export const LOCK_WAIT_MS = 5_000;
/** Longer than the server takes to sign in, refresh or sign out. It limits how long a tab holds the lock. */
export const CALL_MAX_MS = 10_000;
/** How long a request waits for a refresh while the server cannot be reached. */
export const PATIENCE_MS = 30_000;

/** A visible page shows within five seconds that its session was revoked elsewhere. The check costs the server no query. */
export const CHECK_EVERY_MS = 4_000;
/** The least time between two checks when a page is shown or focused. */
export const CHECK_GAP_MS = 5_000;
/** The longest pause before a clicked link is fetched again. Short, since its user waits. */
export const NAVIGATION_RETRY_MAX_MS = 4_000;
/** The least time between two reloads for a lost script. */
export const LOST_SCRIPT_GAP_MS = 10_000;
/** After so many reloads, each within `LOST_SCRIPT_ROW_MS` of the last, the page says that it failed. */
export const LOST_SCRIPT_TIMES_MAX = 3;
export const LOST_SCRIPT_ROW_MS = 60_000;
export const SIGN_OUT_RETRY_MS = 2_000;
/** How long a sign-out stays pending in the browser. Longer than any session. */
export const SIGN_OUT_PENDING_SECONDS = 30 * 86_400;
/** The page that refreshes before another opens: its pause between two tries. */
export const OPENING_RETRY_MS = 3_000;
/** The same page gives up when it was opened `OPENING_LOOP_MAX` times within this: the access cookie does not stay. */
export const OPENING_LOOP_MS = 10_000;
export const OPENING_LOOP_MAX = 3;
/** Browsers fire a timer at once when it is much longer. */
export const TIMER_MAX_MS = 1_000_000_000;
export const NEVER_MS = 1e15;
