/** `npm test`: the same set-up as `npm start`, then every test; `npm test -- unit|contract|browser …` runs one part. */
import './require-node.mjs';

const { buildIfStale, endWithNpm, handOver, install, orExplain } = await import('./set-up.mjs');

endWithNpm();
await orExplain(async () => {
  await install();
  if (process.argv[2] !== 'unit') await buildIfStale();
});
await handOver('e2e/support/run-tests.ts');
