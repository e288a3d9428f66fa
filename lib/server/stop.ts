/** Ends the process as an operator asks: running requests are finished, the database is closed, and nobody is signed out. */
import { logError, logEvent } from '../log.ts';
import { EXIT_TIMEOUT_MS } from './connections.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Runs `stop` on the first signal and exits with 0, or with 1 where that fails or takes longer than `EXIT_TIMEOUT_MS`. */
export function stopOnSignal(stop: () => Promise<void>): void {
  let stopping = false;
  const onSignal = async () => {
    // A terminal and npm both pass a signal on, so the second one of a pair is nothing new.
    if (stopping) return;
    stopping = true;
    setTimeout(() => {
      logError('stop_failed', new Error('The stop took too long.'));
      process.exit(1);
    }, EXIT_TIMEOUT_MS);
    try {
      await stop();
      logEvent('sys_shutdown');
      process.exit(0);
    } catch (error) {
      logError('stop_failed', error);
      process.exit(1);
    }
  };
  for (const signal of SIGNALS) {
    // Next's own listeners exit as soon as its server is closed, in the middle of our work.
    process.removeAllListeners(signal);
    process.on(signal, onSignal);
  }
}
