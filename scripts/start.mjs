/** `npm start`, `npm run dev` and `npm run dev:https`: installs and builds what is missing or stale, then runs Next's own server. */
import './require-node.mjs';

const { buildIfStale, endWithNpm, handOver, install, orExplain } = await import('./set-up.mjs');

endWithNpm();
await orExplain(async () => {
  await install();
  if (!process.argv.includes('--dev')) await buildIfStale();
});
await handOver(process.argv.includes('--https') ? 'scripts/dev-https.ts' : 'scripts/run-next.ts');
