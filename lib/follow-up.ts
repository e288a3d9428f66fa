/** What follows an effect that is committed already: it may fail, and the answer is still that of the effect. */
import { logError } from './log.ts';

/** Never throws; a failure is logged. Not for use within a transaction, which a failed statement ends. */
export async function followUp(work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    logError('follow_up_failed', error);
  }
}
