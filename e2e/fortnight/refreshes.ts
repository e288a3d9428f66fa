/** Counts refreshes of the access token, and how many of them were needed. */
import type { FaultProxy } from '../fixtures/fault-proxy.ts';

const REFRESH_METHODS = /^(PUT|GET)$/;

export interface Refreshes {
  count: number;
  /** Refreshes after at least half of the previous token's lifetime; the others were not needed. */
  due: number;
}

/** Counts all since `fromMs`, by script and by page navigation. */
export function countRefreshes(faultProxy: FaultProxy, accessLifetimeMs: number, fromMs: number): Refreshes {
  let previousMs = Number.NEGATIVE_INFINITY;
  let due = 0;
  const all = faultProxy.requests({ path: '/api/refresh_token' }).filter(({ method }) => REFRESH_METHODS.test(method));
  const arrivals = all.map(({ atMs }) => atMs).filter((atMs) => atMs >= fromMs);
  for (const atMs of arrivals) {
    if (atMs - previousMs >= accessLifetimeMs / 2) {
      due += 1;
      previousMs = atMs;
    }
  }
  return { count: arrivals.length, due };
}

export function perLifetime({ count, due }: Refreshes): string {
  return (count / Math.max(1, due)).toFixed(2);
}
