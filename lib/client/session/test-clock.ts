/** Virtual time for tests of the session: nothing happens until it is told to pass. */
import { setImmediate } from 'node:timers/promises';

/** Turns of the event loop. */
const HELD_TURNS_MAX = 100_000;

interface Task {
  atMs: number;
  run: () => void;
}

export class VirtualClock {
  /** Time awake; timers and the network count by it. */
  monotonicMs = 0;
  /** What the machine has slept through. */
  sleptMs = 0;
  /** How wrong the machine's own clock is. */
  wallErrorMs = 0;
  /** Everything that has happened. */
  steps = 0;
  readonly #tasks = new Map<number, Task>();
  readonly #held = new Set<Promise<unknown>>();
  #lastId = 0;

  /** Real time, which is the server's. */
  get serverMs(): number {
    return 1_800_000_000_000 + this.monotonicMs + this.sleptMs;
  }

  get wallMs(): number {
    return this.serverMs + this.wallErrorMs;
  }

  after(delayMs: number, run: () => void): number {
    this.#lastId += 1;
    this.#tasks.set(this.#lastId, { atMs: this.monotonicMs + Math.max(0, delayMs || 0), run });
    return this.#lastId;
  }

  cancel(id: number | undefined): void {
    if (id !== undefined) this.#tasks.delete(id);
  }

  /** Something that takes real time, such as reading a file's bytes; virtual time waits for it. */
  hold<T>(work: Promise<T>): Promise<T> {
    this.#held.add(work);
    return work.finally(() => this.#held.delete(work));
  }

  /** Runs what falls due in the next `ms`, each step to its end. Throws when it never comes to an end. */
  async pass(ms: number): Promise<void> {
    const untilMs = this.monotonicMs + ms;
    const firstStep = this.steps;
    for (;;) {
      await setImmediate();
      for (let turns = 0; this.#held.size > 0; turns += 1) {
        if (turns > HELD_TURNS_MAX) throw new Error('Something that virtual time waits for never ends.');
        await setImmediate();
      }
      const next = this.#next(untilMs);
      if (!next) break;
      this.steps += 1;
      if (this.steps - firstStep > 20_000) throw new Error('Time does not pass: something spins.');
      this.monotonicMs = Math.max(this.monotonicMs, next.atMs);
      next.run();
    }
    this.monotonicMs = untilMs;
  }

  #next(untilMs: number): Task | undefined {
    let found: [number, Task] | undefined;
    for (const entry of this.#tasks) {
      if (entry[1].atMs <= untilMs && (!found || entry[1].atMs < found[1].atMs)) found = entry;
    }
    if (found) this.#tasks.delete(found[0]);
    return found?.[1];
  }
}
