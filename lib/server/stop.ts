/** Ends the process on a signal: running requests finish, the database is closed, and nobody is signed out. */
import { logError, logEvent } from '../log.ts';
import { EXIT_TIMEOUT_MS } from './connections.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Run `stop` on the first signal, then exit with 0, or with 1 if it fails or takes longer than `EXIT_TIMEOUT_MS`. */
export function stopOnSignal(stop: () => Promise<void>): void {
  let stopping = false;
  const onSignal = async () => {
    // A terminal and npm both pass a signal on, so it often comes twice.
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
    // Next's own listeners exit as soon as its server is closed, before the database is.
    process.removeAllListeners(signal);
    process.on(signal, onSignal);
  }
}
