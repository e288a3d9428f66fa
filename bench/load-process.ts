/** Sends load on request and reports the result; started by `load.ts` as a separate process. */
import { createRequire } from 'node:module';

/** `load.ts` sends autocannon's options. */
const autocannon = createRequire(import.meta.url)('autocannon') as (options: unknown) => Promise<unknown>;

process.on('message', async (options) => {
  process.send?.(await autocannon(options));
});
process.on('disconnect', () => process.exit());
