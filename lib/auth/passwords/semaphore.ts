/** Bound how much expensive work runs at once; the rest waits in the order it came. */
import { AppError } from '../../errors.ts';

const RETRY_AFTER_SECONDS = 5;

export class Semaphore {
  readonly #limits: { atOnce: number; waitingMax: number };
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(limits: { atOnce: number; waitingMax: number }) {
    this.#limits = limits;
  }

  /** Run the work when its turn comes. Throws `unavailable` when the queue is full. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running < this.#limits.atOnce) this.#running += 1;
    else if (this.#waiting.length < this.#limits.waitingMax) await new Promise<void>((go) => this.#waiting.push(go));
    else throw new AppError('unavailable', { retryAfterSeconds: RETRY_AFTER_SECONDS });
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#running -= 1;
    }
  }
}
