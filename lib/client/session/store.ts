/** Lets things happen to this page's session: has what comes of it by the rules done, and tells those who wait. */

import { LOCK_WAIT_MS } from '../policy.ts';
import { call } from './api-call.ts';
import { answered, entered, epoch, isLeft, isRenewing, see, toGoTo, toPut, toRenew, toTell } from './core.ts';
import { now } from './elapsed-clock.ts';
import { hint } from './session-hint.ts';
import { tell } from './tab-channel.ts';

/** Aborted when the page is being left. */
export const page = new AbortController();
/** The renewal in flight. */
let flight: AbortController | undefined;
const listeners = new Set<() => void>();

/** Resolves when all that comes of it has been done, but for `toCheck`, which is left to `page-session.ts`. */
export function happen<T extends unknown[]>(rule: (...details: T) => void, ...details: T): unknown {
  see(now(), hint(), navigator.onLine, document.hidden, Math.random());
  rule(...details);
  const ofEpoch = epoch;
  if (isLeft) page.abort();
  if (!isRenewing) flight?.abort();
  if (toTell) tell(toTell);
  if (toGoTo) location.replace(toGoTo);
  else if (toGoTo === '') location.reload();
  let renewal: unknown;
  if (toRenew) renewal = locked(() => happen(entered, ofEpoch));
  else if (toPut) {
    flight = new AbortController();
    renewal = call('PUT', '/api/refresh_token', undefined, flight).then((answer) => happen(answered, ofEpoch, answer));
  }
  notify();
  return renewal;
}

/** The lock that all tabs share is never stolen; a tab that does not get it, or has none, goes on without. */
export async function locked<T>(task: () => T): Promise<T> {
  let running: T | undefined;
  const run = () => (running ??= task());
  try {
    await navigator.locks.request('tandem', { signal: AbortSignal.timeout(LOCK_WAIT_MS) }, run);
  } catch {}
  return run();
}

export function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Makes those who wait look again. */
export function notify(): void {
  for (const listener of listeners) listener();
}

/** Resolves at the next thing that happens. */
export function changed(): Promise<void> {
  return new Promise((resolve) => {
    const unsubscribe = subscribe(() => {
      unsubscribe();
      resolve();
    });
  });
}
