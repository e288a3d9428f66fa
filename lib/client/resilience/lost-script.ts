/** Loads a page again that lacks a script since a restart or a new deployment, or its data since the database is away. */
import { AWAY_DIGEST } from '../../contract/database-away.ts';
import { LOST_SCRIPT_GAP_MS, LOST_SCRIPT_ROW_MS, LOST_SCRIPT_TIMES_MAX, NAVIGATION_RETRY_MAX_MS } from '../policy.ts';

/** In the tab's storage: when the page was last loaded again, and how many times in a row by then. */
export const LOST_SCRIPT_KEY = 'tandem-reloads';

let isLoading = false;

/**
 * Whether the page will be loaded again: always while the database is away, and a few times in a row for a missing script. It happens
 * as soon as the server answers, and not within `LOST_SCRIPT_GAP_MS` of the last time, since the cause may last.
 */
export function reloadAfter(error: Error & { digest?: string }): boolean {
  const { sinceMs, times } = lastTime();
  const isScriptLost = error.name === 'ChunkLoadError' && times < LOST_SCRIPT_TIMES_MAX;
  if (!isScriptLost && error.digest !== AWAY_DIGEST) return false;
  if (!isLoading) void reload(LOST_SCRIPT_GAP_MS - sinceMs, times);
  isLoading = true;
  return true;
}

function lastTime(): { sinceMs: number; times: number } {
  const [atMs = 0, times = 0] = readStored().split(' ').map(Number);
  // NaN where something else was stored.
  const sinceMs = Math.abs(Date.now() - atMs) || 0;
  return { sinceMs, times: sinceMs < LOST_SCRIPT_ROW_MS ? times || 0 : 0 };
}

/** Without storage nothing counts the times, so a lost script is given up at once. */
function readStored(): string {
  try {
    return sessionStorage.getItem(LOST_SCRIPT_KEY) ?? '';
  } catch {
    return `${Date.now()} ${LOST_SCRIPT_TIMES_MAX}`;
  }
}

async function reload(waitMs: number, times: number): Promise<void> {
  await pause(Math.max(0, waitMs));
  while (!(await fetch('/api/health').catch(() => undefined))?.ok) await pause(NAVIGATION_RETRY_MAX_MS);
  try {
    sessionStorage.setItem(LOST_SCRIPT_KEY, `${Date.now()} ${times + 1}`);
  } catch {}
  location.reload();
}

function pause(delayMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, delayMs));
}
