/** The time by the server's clock, as it goes on in an open page: one timer for everything that says how long ago something was. */
import { now as elapsedMs } from '../../lib/client/session/elapsed-clock.ts';

const TICK_MS = 15_000;

/** The latest moment the server has told, and when it was told by this page's own clock. */
let told = { atMs: Number.NEGATIVE_INFINITY, elapsedMs: 0 };
let timer: ReturnType<typeof setInterval> | undefined;
const listeners = new Set<() => void>();

function tick(): void {
  for (const listener of listeners) listener();
}

/** Nobody reads a hidden page; what comes into view again is put right at once. */
function setTimer(): void {
  clearInterval(timer);
  timer = undefined;
  if (listeners.size === 0 || document.visibilityState === 'hidden') return;
  timer = setInterval(tick, TICK_MS);
  tick();
}

export const pageClock = {
  /** Milliseconds since 1970, in steps of a tick from `serverNow` on, which is when the page was made. */
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
