/** The clock of every deadline of the session: time passed, sleep included as far as it can be known. */
import { CLOCK_JUMP_MS } from '../policy.ts';

let differenceMs = Date.now() - performance.now();
let sleptMs = 0;

/**
 * Milliseconds that never go back. On some machines the monotonic clock stops during sleep, so what the wall clock gains on
 * it counts as time passed. A wall clock set forward by hand looks the same: this clock then runs ahead,
 * which costs one early refresh. A wall clock set back changes nothing.
 */
export function now(): number {
  const monotonicMs = performance.now();
  const jumpMs = Date.now() - monotonicMs - differenceMs;
  if (Math.abs(jumpMs) > CLOCK_JUMP_MS) {
    differenceMs += jumpMs;
    sleptMs += Math.max(0, jumpMs);
  }
  return monotonicMs + sleptMs;
}
