/** The server's time in an open page: one timer for all relative times. */
import { now as elapsedMs } from '../../lib/client/session/elapsed-clock.ts';

const TICK_MS = 15_000;

/** The latest server time, and when it arrived by this page's clock. */
let told = { atMs: Number.NEGATIVE_INFINITY, elapsedMs: 0 };
let timer: ReturnType<typeof setInterval> | undefined;
const listeners = new Set<() => void>();

function tick(): void {
  for (const listener of listeners) listener();
}

/** Hidden pages do not tick; a page updates when it becomes visible. */
function setTimer(): void {
  clearInterval(timer);
  timer = undefined;
  if (listeners.size === 0 || document.visibilityState === 'hidden') return;
  timer = setInterval(tick, TICK_MS);
  tick();
}

export const pageClock = {
  /** Milliseconds since 1970, in ticks from `serverNow`, the time of the page's response. */
  read(serverNow: string): number {
    const atMs = Date.parse(serverNow);
    if (atMs > told.atMs) told = { atMs, elapsedMs: elapsedMs() };
    const passedMs = elapsedMs() - told.elapsedMs;
    return told.atMs + Math.floor(passedMs / TICK_MS) * TICK_MS;
  },

  subscribe(listener: () => void): () => void {
    listeners.add(listener);
    if (listeners.size === 1) {
      document.addEventListener('visibilitychange', setTimer);
      setTimer();
    }
    return () => {
      listeners.delete(listener);
      if (listeners.size > 0) return;
      document.removeEventListener('visibilitychange', setTimer);
      setTimer();
    };
  },
};
