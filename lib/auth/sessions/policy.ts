/** How fast a revocation acts, and how long what has ended is kept. */
import { DAY } from '../../seconds.ts';

/** The longest another instance may still honour a revoked session. */
export const REVOCATION_LAG_MS = 1_000;
/** How far back each pull of revocations reaches, since a row can become visible some time after its timestamp. */
export const REVOCATION_OVERLAP_SECONDS = 30;
/** How long guarded requests are answered from what is known when the database cannot be asked; after that, 503. */
export const REVOCATION_BLIND_MS = 10_000;
/** What has ended is kept this long: sessions so that a browser stays known for its memory, events so that a break-in can be traced. */
export const ENDED_SESSIONS_KEPT_SECONDS = 30 * DAY;
export const AUDIT_EVENTS_KEPT_SECONDS = 180 * DAY;
/** Rows of each kind removed at a time, and the least time between two times in one process. */
export const HOUSEKEEPING_ROWS = 500;
export const HOUSEKEEPING_PAUSE_SECONDS = 10;
/** A refresh with the old cookies may have been on its way when their session was renamed; longer than any that a page waits for. */
export const RENAMED_GRACE_SECONDS = 10;
