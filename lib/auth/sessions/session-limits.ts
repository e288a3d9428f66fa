/** How fast a revocation acts, and how long old rows are kept. */
import { DAY } from '../../seconds.ts';

/** The longest another instance may still accept a revoked session, while the database answers. */
export const REVOCATION_LAG_MS = 1_000;
/** How far back each pull of revocations reaches: a row can become visible some time after its timestamp. */
export const REVOCATION_OVERLAP_SECONDS = 30;
/** How long guarded requests are answered from the last deny-set while the database is away; after that, 503. */
export const REVOCATION_BLIND_MS = 10_000;
/** Sessions that are over are kept so that a browser stays known, events so that a break-in can be traced. */
export const ENDED_SESSIONS_KEPT_SECONDS = 30 * DAY;
export const AUDIT_EVENTS_KEPT_SECONDS = 180 * DAY;
/** Rows of each kind removed at a time, and the least pause in one process. */
export const HOUSEKEEPING_ROWS = 500;
export const HOUSEKEEPING_PAUSE_SECONDS = 10;
/** A refresh with the old cookies may be under way when a change of the password replaces their session. Longer than a page waits for one. */
export const REPLACED_GRACE_SECONDS = 10;
