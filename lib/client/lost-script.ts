/** A page that needs a script which a restart or a new deployment has swallowed is loaded anew, by itself. */
import { LOST_SCRIPT_GAP_MS, LOST_SCRIPT_ROW_MS, LOST_SCRIPT_TIMES_MAX, NAVIGATION_RETRY_MAX_MS } from './policy.ts';

/** In the tab's storage: when this was last done, and how many times in a row by then. */
export const LOST_SCRIPT_KEY = 'tandem-loaded-anew';

let isLoading = false;

/**
 * Whether the page will be loaded anew: only where a script is missing, and not time after time. That happens as soon as the server
 * answers, and not within `LOST_SCRIPT_GAP_MS` of the last time, since the script may still be missing then.
 */
export function loadAnew(error: Error): boolean {
  const { sinceMs, times } = lastTime();
  if (error.name !== 'ChunkLoadError' || times === LOST_SCRIPT_TIMES_MAX) return false;
  if (!isLoading) void reload(LOST_SCRIPT_GAP_MS - sinceMs, times);
  isLoading = true;
  return true;
}

function lastTime(): { sinceMs: number; times: number } {
  const [atMs = 0, times = 0] = (sessionStorage.getItem(LOST_SCRIPT_KEY) ?? '').split(' ').map(Number);
  const sinceMs = Math.abs(Date.now() - atMs);
  return { sinceMs, times: sinceMs < LOST_SCRIPT_ROW_MS ? times : 0 };
}

async function reload(waitMs: number, times: number): Promise<void> {
  await pause(Math.max(0, waitMs));
  while (!(await fetch('/api/health').catch(() => undefined))?.ok) await pause(NAVIGATION_RETRY_MAX_MS);
  sessionStorage.setItem(LOST_SCRIPT_KEY, `${Date.now()} ${times + 1}`);
  location.reload();
}

function pause(delayMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, delayMs));
}
