/** `npm run tandem -- …`: the operators' command line; installs the packages first where they are missing. */
import './require-node.mjs';

const { handOver, install, orExplain } = await import('./set-up.mjs');

await orExplain(() => install());
await handOver('scripts/cli/tandem.ts');
