/** What a page can see at one instant: everything that the reducer knows of the browser. */
import { now } from './elapsed-clock.ts';
import { readCookie } from './read-cookie.ts';

export interface Environment {
  /** Of the clock in `elapsed-clock.ts`. */
  readonly nowMs: number;
  /** The session hint: `<user id>.<when the access token was issued, server seconds>.<its lifetime, seconds>`; or empty. */
  readonly hint: string;
  readonly isOnline: boolean;
  readonly isHidden: boolean;
  /** 0 ≤ x < 1 */
  readonly random: number;
}

export function readEnvironment(): Environment {
  return {
    nowMs: now(),
    hint: readCookie('session_hint'),
    isOnline: navigator.onLine,
    isHidden: document.hidden,
    random: Math.random(),
  };
}
