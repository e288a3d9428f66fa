/** `npm run tandem -- …`: the operators' command line, on packages that are installed first if need be. */
import './require-node.mjs';

const { handOver, install, orExplain } = await import('./set-up.mjs');

await orExplain(() => install());
await handOver('scripts/cli/tandem.ts');
