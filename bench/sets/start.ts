/** Measures the time from `npm start`, on a built tree with data, to the first page. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '../../e2e/support/server.ts';
import { type Figure, type Run, spreadOf } from '../figures.ts';
import { untilAnswered } from '../servers.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export async function start({ quick, say }: Run): Promise<Figure[]> {
  const dataDir = await mkdtemp(join(tmpdir(), 'tandem-bench-'));
  try {
    say('first start, which makes the data');
    await secondsToFirstPage(dataDir);
    const times: number[] = [];
    for (let n = 0; n < (quick ? 2 : 5); n += 1) times.push(await secondsToFirstPage(dataDir));
    return [
      { name: '`npm start` on a built tree to the first page', ...spreadOf(times), unit: 's', target: { atMost: 3 } },
    ];
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function secondsToFirstPage(dataDir: string): Promise<number> {
  const port = String(await freePort());
  const startedAt = performance.now();
  const env = { ...process.env, PORT: port, DATA_DIR: dataDir, DATABASE_URL: '', APP_ORIGIN: '' };
  const child = spawn('npm', ['start'], {
    cwd: ROOT,
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
    shell: process.platform === 'win32',
  });
  child.stderr.resume();
  await untilAnswered(`http://localhost:${port}/login`);
  const seconds = (performance.now() - startedAt) / 1_000;
  // npm exits at once; only the server's exit closes the shared pipes and frees the data folder.
  const ended = once(child, 'close');
  child.kill('SIGTERM');
  await ended;
  return seconds;
}
