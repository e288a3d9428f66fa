/** Measures requests that work only once, such as those with a proof: prepared before, timed while sent. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Prepared, Replayed } from './replay.ts';

const REPLAY = fileURLToPath(new URL('./replay.ts', import.meta.url));
const run = promisify(execFile);

/** Requests per second. Throws unless every answer has `status`. */
export async function replayAll(prepared: readonly Prepared[], status: number, connections = 8): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'tandem-bench-'));
  try {
    const file = join(folder, 'requests.json');
    await writeFile(file, JSON.stringify(prepared));
    const { stdout } = await run(process.execPath, [REPLAY, file, String(connections)]);
    // Printed by `replay.ts`.
    const { seconds, statuses } = JSON.parse(stdout) as Replayed;
    if (statuses[status] !== prepared.length)
      throw new Error(`Not all were answered ${status}: ${JSON.stringify(statuses)}`);
    return prepared.length / seconds;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
