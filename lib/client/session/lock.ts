/** The lock that all tabs of this browser share: one of them at a time signs in, refreshes or signs out. */
import { LOCK_WAIT_MS } from '../policy.ts';

export const LOCK_NAME = 'tandem';

/** Never steals the lock. A tab that does not get it in time, or has no locks, runs the task without. */
export async function withLock<T>(task: () => T): Promise<T> {
  let running: T | undefined;
  const run = () => (running ??= task());
  try {
    await navigator.locks.request(LOCK_NAME, { signal: AbortSignal.timeout(LOCK_WAIT_MS) }, run);
  } catch {}
  return run();
}
