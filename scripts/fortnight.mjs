/** `npm run test:fortnight`: the same set-up as `npm test`, then fourteen days in fast motion; `-- --minutes 3` makes it short. */
import './require-node.mjs';

const { setUpAndRun } = await import('./set-up.mjs');

await setUpAndRun('e2e/fortnight/fortnight.ts', { needsBuild: true });
