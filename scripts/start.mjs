/** `npm start`, `npm run dev` and `npm run dev:https`: installs and builds what is missing or stale, then runs Next's own server. */
import './require-node.mjs';

const { setUpAndRun } = await import('./set-up.mjs');

await setUpAndRun(process.argv.includes('--https') ? 'scripts/dev-https.ts' : 'scripts/run-next.ts', {
  needsBuild: !process.argv.includes('--dev'),
});
