/** `npm test`: the same set-up as `npm start`, then every test; `npm test -- unit|contract|browser …` runs one part. */
import './require-node.mjs';

const { setUpAndRun } = await import('./set-up.mjs');

await setUpAndRun('e2e/support/run-tests.ts', { needsBuild: process.argv[2] !== 'unit' });
