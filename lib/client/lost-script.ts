/** A page that needs a script which a restart or a new deployment has swallowed is loaded anew, by itself. */
import { LOST_SCRIPT_GAP_MS, LOST_SCRIPT_KEY, NAVIGATION_RETRY_MAX_MS } from './policy.ts';

let isLoading = false;

/**
 * Whether the page will be loaded anew: only where a script is missing. That happens as soon as the server answers, and not within
 * `LOST_SCRIPT_GAP_MS` of the last time, since the script may still be missing then.
 */
export function loadAnew(error: Error): boolean {
  if (error.name !== 'ChunkLoadError') return false;
  if (!isLoading) void reload();
  isLoading = true;
  return true;
}

async function reload(): Promise<void> {
  await untilServed();
  sessionStorage.setItem(LOST_SCRIPT_KEY, `${Date.now()}`);
  location.reload();
}

async function untilServed(): Promise<void> {
  const sinceMs = Math.abs(Date.now() - Number(sessionStorage.getItem(LOST_SCRIPT_KEY)));
  await pause(Math.max(0, LOST_SCRIPT_GAP_MS - sinceMs));
  while (!(await fetch('/api/health').catch(() => undefined))?.ok) await pause(NAVIGATION_RETRY_MAX_MS);
}

function pause(delayMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, delayMs));
}
