/** Lets a few do expensive work at a time, in the order they came; the others wait without costing anything. */
import { AppError } from '../../errors.ts';

const RETRY_AFTER_SECONDS = 5;

export interface Turns {
  /** Throws `unavailable` when too many wait already. */
  take<T>(work: () => Promise<T>): Promise<T>;
}

export function newTurns(limits: { atOnce: number; waitingMax: number }): Turns {
  const waiting: (() => void)[] = [];
  let running = 0;
  return {
    async take(work) {
      if (running < limits.atOnce) running += 1;
      else if (waiting.length < limits.waitingMax) await new Promise<void>((go) => waiting.push(go));
      else throw new AppError('unavailable', { retryAfterSeconds: RETRY_AFTER_SECONDS });
      try {
        return await work();
      } finally {
        const next = waiting.shift();
        if (next) next();
        else running -= 1;
      }
    },
  };
}
