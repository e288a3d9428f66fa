/** Retry an idempotent request while the server cannot be reached, before asking the user. */

/** A restart takes less than this; after that the user is asked. */
const PATIENCE_MS = 20_000;
const FIRST_PAUSE_MS = 500;

/** `send` returns null or throws when no answer of the server arrived. Returns null when that lasts longer than `PATIENCE_MS`. */
export async function sendUntilAnswered<T>(send: () => Promise<T | null>): Promise<T | null> {
  const giveUpAtMs = performance.now() + PATIENCE_MS;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs *= 2) {
    const answer = await send().catch(() => null);
    if (answer || performance.now() + pauseMs > giveUpAtMs) return answer;
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}
