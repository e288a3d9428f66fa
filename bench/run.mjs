/** `npm run bench -- [--only guarded,refresh] [--quick]`: installs and builds what the benchmark needs, then runs it. */
import '../scripts/require-node.mjs';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const { buildIfStale, endWithNpm, handOver, install, orExplain, SetUpError } = await import('../scripts/set-up.mjs');
const HERE = fileURLToPath(new URL('.', import.meta.url));

endWithNpm();
await orExplain(async () => {
  await install();
  await buildIfStale();
  if (!existsSync(new URL('./node_modules/.package-lock.json', import.meta.url))) installPeers();
});
await handOver('bench/bench.ts');

function installPeers() {
  console.log('Installing what Tandem is compared with …');
  const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: HERE,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (status !== 0) throw new SetUpError('The packages of bench/package-lock.json could not be installed.');
}
