/** `npm run test:fortnight`: the same set-up as `npm test`, then fourteen days in fast motion; `-- --minutes 3` makes it short. */
import './require-node.mjs';

const { buildIfStale, endWithNpm, handOver, install, orExplain } = await import('./set-up.mjs');

endWithNpm();
await orExplain(async () => {
  await install();
  await buildIfStale();
});
await handOver('e2e/fortnight/fortnight.ts');
