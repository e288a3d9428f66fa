/** Keeps the access token of this browser good: one renewal per browser, however many tabs and requests want one. */

import { dueAtMs, endsAtMs, granted, isFresh, lifetimeMs, refuse, seen } from './access.ts';
import { call } from './api-call.ts';
import { tell } from './channel.ts';
import { now } from './elapsed-clock.ts';
import { hint } from './hint.ts';
import {
  LOCK_WAIT_MS,
  NEVER_MS,
  PATIENCE_MS,
  RENEWAL_GAP_MS,
  RENEWAL_PAUSE_MS,
  RETRY_FIRST_MS,
  RETRY_MAX_MS,
} from './policy.ts';
import { changed, notify, publish, snapshot } from './snapshot.ts';

/** Aborted when the page is being left: from then on nothing is sent, and whatever comes back is dropped. */
export const page = new AbortController();
/** The renewal in flight. Whatever another one brings is dropped. */
let flight: AbortController | undefined;
let backOffMs = RETRY_FIRST_MS;
let retryAtMs = 0;
/** The server has asked for this with `Retry-After`. */
let heldUntilMs = 0;

/** There is a new token; the argument is that of `granted`. */
export function renewed(remainingMs?: number): void {
  granted(remainingMs);
  backOffMs = RETRY_FIRST_MS;
  publish({
    state: 'live',
    notice: snapshot.notice && 'recovered',
    refreshes: snapshot.refreshes + 1,
    expiresInMs: endsAtMs - now(),
    lifetimeMs,
  });
}

/** Whether the page was drawn for who is signed in now. */
export function isDrawnForHint(): boolean | undefined {
  return hint()?.startsWith(`${snapshot.user?.id}.`);
}

/** Sees whether another tab has renewed, or somebody else has signed in: then the page is drawn again. */
export function look(): void {
  const found = hint();
  if (!found || found === seen || page.signal.aborted) return;
  if (isDrawnForHint()) renewed();
  else leave();
}

export function over(): void {
  refuse();
  publish({ state: 'over', notice: null });
}

function failed(retryAfterSeconds = 0): void {
  heldUntilMs = now() + retryAfterSeconds * 1_000;
  retryAtMs = Math.max(heldUntilMs, now() + backOffMs * (1 - Math.random() / 2));
  backOffMs = Math.min(RETRY_MAX_MS, backOffMs * 2);
  publish({ state: 'unknown', notice: navigator.onLine ? 'away' : 'offline' });
}

/** The network is back. */
export function hurry(): void {
  retryAtMs = heldUntilMs;
}

/** The lock that all tabs share is never stolen; a tab that does not get it, or has none, goes on without. */
export async function locked<T>(task: () => Promise<T>): Promise<T> {
  let running: Promise<T> | undefined;
  const run = () => (running ??= task());
  try {
    await navigator.locks.request('tandem', { signal: AbortSignal.timeout(LOCK_WAIT_MS) }, run);
  } catch {}
  return run();
}

export async function refresh(): Promise<void> {
  if (flight || page.signal.aborted) return;
  const mine = new AbortController();
  flight = mine;
  await locked(async () => {
    look();
    if (mine !== flight || now() < dueAtMs()) return;
    retryAtMs = now() + RENEWAL_GAP_MS;
    const { error, expires_in, retryAfterSeconds } = await call('PUT', '/api/refresh_token', undefined, mine);
    if (mine !== flight) return;
    if (expires_in) {
      renewed(expires_in * 1_000);
      tell('look');
    } else if (error === 'invalid_grant') {
      over();
      tell('over');
    } else failed(retryAfterSeconds);
  });
  if (mine === flight) land();
}

function land(): void {
  flight = undefined;
  notify();
}

/** Drops the renewal in flight, and starts none before the sign-in or sign-out that asked for it is through. */
export function halt(): void {
  flight?.abort();
  retryAtMs = Math.max(retryAtMs, now() + RENEWAL_PAUSE_MS);
  land();
}

/** Without an address the page is drawn again. */
export function leave(url?: string): void {
  page.abort();
  halt();
  if (url) location.replace(url);
  else location.reload();
}

/** When to renew next: never while that is being done, or when the session is over. */
export function nextRenewalAtMs(): number {
  return flight || snapshot.state === 'over' ? NEVER_MS : Math.max(dueAtMs(), retryAtMs);
}

/**
 * Waits until a request may be sent. When the session is over that is until somebody has signed in again in place;
 * what is done in the background does not ask for that, and gets false. Throws like `fetch` when the server cannot be
 * asked for a while, and when `signal` is aborted.
 */
export async function ready(signal: AbortSignal, background: boolean): Promise<boolean> {
  const giveUpAtMs = now() + PATIENCE_MS;
  signal.addEventListener('abort', notify);
  for (;;) {
    signal.throwIfAborted();
    if (isFresh()) return true;
    if (snapshot.state === 'over') {
      if (background) return false;
      publish({ waiting: snapshot.waiting + 1 });
      while (snapshot.state === 'over' && !signal.aborted) await changed();
      publish({ waiting: snapshot.waiting - 1 });
    } else if (Math.max(now(), retryAtMs) > giveUpAtMs) {
      throw new TypeError('away');
    } else {
      if (now() >= retryAtMs) refresh();
      await changed();
    }
  }
}
