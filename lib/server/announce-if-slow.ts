/** Prints what a start is waiting for, once it takes long. */

const SLOW_AFTER_MS = 3_000;

/** Returns the result of `step`. */
export async function announceIfSlow<T>(text: string, step: () => Promise<T>, say = print): Promise<T> {
  const timer = setTimeout(() => say(text), SLOW_AFTER_MS);
  try {
    return await step();
  } finally {
    clearTimeout(timer);
  }
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
