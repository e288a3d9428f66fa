/** Work after a committed effect: if it fails, the answer still reports the effect. */
import { logError } from './log.ts';

/** Never throws; logs a failure. Not for use inside a transaction, which a failed statement aborts. */
export async function followUp(work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    logError('follow_up_failed', error);
  }
}
