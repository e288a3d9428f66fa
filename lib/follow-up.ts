/** Work after a committed effect: if it fails, the answer still reports the effect. */
import { type LogEvent, logError } from './log.ts';

/** Never throws; logs a failure as `event`. Not for use inside a transaction, which a failed statement aborts. */
export async function followUp(work: () => Promise<unknown>, event: LogEvent = 'follow_up_failed'): Promise<void> {
  try {
    await work();
  } catch (error) {
    logError(event, error);
  }
}
