/** The external store behind the session: immutable snapshots, and those who wait for the next one. */

import type { User } from '../contract/session.ts';

export interface SessionSnapshot {
  /**
   * `over` is only ever said by the server, or by signing out. `unknown` means that it could not be asked: the page,
   * its fields and its cookies stay. Also `unknown`: before the page has started. Without a
   * `user` it means nothing.
   */
  state: 'live' | 'over' | 'unknown';
  /** Whom the page was drawn for. */
  user: User | null;
  /** `recovered` stays until the page next looks after its session, some seconds later. */
  notice: 'offline' | 'away' | 'recovered' | null;
  /** Requests that go on once the same user has signed in again. */
  waiting: number;
  /** What the access token had to live when it was last renewed, and its whole life. */
  expiresInMs: number | null;
  lifetimeMs: number | null;
  /** How often the access token was renewed under this page, by this tab or another. */
  refreshes: number;
}

export const FIRST_SNAPSHOT: SessionSnapshot = {
  state: 'unknown',
  user: null,
  notice: null,
  waiting: 0,
  expiresInMs: null,
  lifetimeMs: null,
  refreshes: 0,
};

export let snapshot = FIRST_SNAPSHOT;
const listeners = new Set<() => void>();

export function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function publish(change: Partial<SessionSnapshot>): void {
  snapshot = { ...snapshot, ...change };
  notify();
}

/** Makes those who wait look again, although there is no new snapshot. */
export function notify(): void {
  for (const listener of listeners) listener();
}

/** Resolves at the next `publish` or `notify`. */
export function changed(): Promise<void> {
  return new Promise((resolve) => {
    const unsubscribe = subscribe(() => {
      unsubscribe();
      resolve();
    });
  });
}
