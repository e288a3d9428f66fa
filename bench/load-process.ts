/** Sends load when it is told to, and says what came of it; started by `load.ts` as a process of its own. */
import { createRequire } from 'node:module';

/** What `load.ts` hands over are autocannon's own options. */
const autocannon = createRequire(import.meta.url)('autocannon') as (options: unknown) => Promise<unknown>;

process.on('message', async (options) => {
  process.send?.(await autocannon(options));
});
process.on('disconnect', () => process.exit());
