/** Retry an idempotent request while the server cannot be reached, before asking the user. */

import { session } from '../../../lib/client/session/session.ts';

/** A restart takes less than this; after that the user is asked. */
const PATIENCE_MS = 20_000;
const FIRST_PAUSE_MS = 500;

/**
 * `send` returns null or throws when no answer of the server arrived. Returns null when that lasts longer than `PATIENCE_MS`, and when the
 * page's user is no longer the one who asked: another one may be signed in by now.
 */
export async function sendUntilAnswered<T>(send: () => Promise<T | null>): Promise<T | null> {
  const userId = () => session.getSnapshot().user?.id;
  const askedBy = userId();
  const giveUpAtMs = performance.now() + PATIENCE_MS;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs *= 2) {
    const answer = await send().catch(() => null);
    if (answer || performance.now() + pauseMs > giveUpAtMs) return answer;
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
    if (userId() !== askedBy) return null;
  }
}
