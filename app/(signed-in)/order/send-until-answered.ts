/** Retry an idempotent request while the server cannot be reached, before asking the user. */

/** A restart takes less than this; after that the user is asked. */
const PATIENCE_MS = 20_000;
const FIRST_PAUSE_MS = 500;

/** `send` gives null, or throws, when nothing came or something that speaks for no server of ours; after a while so does this give null. */
export async function sendUntilAnswered<T>(send: () => Promise<T | null>): Promise<T | null> {
  const giveUpAtMs = performance.now() + PATIENCE_MS;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs *= 2) {
    const answer = await send().catch(() => null);
    if (answer || performance.now() + pauseMs > giveUpAtMs) return answer;
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}
