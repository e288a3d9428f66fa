/** Limits of a refresh, and how long the sign-in page remembers. */
import { DAY, MINUTE } from '../../seconds.ts';

/** How long after a session the sign-in page still knows its user and why it ended. */
export const LOGIN_HINT_KEPT_SECONDS = 7 * DAY;
/** How long a typed name is kept for the page that its form goes back to. */
export const TYPED_NAME_KEPT_SECONDS = MINUTE;
/** Proofs are kept longer than their nonces are accepted, by the clock skew of two instances and the time of a request. */
export const PROOF_SEEN_STEPS = 6;
/** Proofs of one session kept at a time, at least. One more within the window is refused, so that none is forgotten. */
export const PROOFS_SEEN_MIN = 8;
/** Good proofs of another key than the session's: with this many within the window its cookies were copied, and it is revoked. */
export const KEY_MISMATCHES_MAX = 3;
export const KEY_MISMATCH_WINDOW_SECONDS = 10 * MINUTE;
/** Refreshes of one session in a minute: more than any number of tabs, less than a program gone wild. */
export const REFRESHES_PER_SESSION = 300;
export const REFRESH_WINDOW_SECONDS = MINUTE;
