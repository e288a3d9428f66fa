import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { startServer } from '../support/server.ts';

const folder = mkdtempSync(join(tmpdir(), 'tandem-disk-'));
const smallDisk = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=6m', 'tmpfs', folder]).status === 0;
afterAll(() => {
  if (smallDisk) spawnSync('umount', [folder]);
  rmSync(folder, { recursive: true, force: true });
});

/** The output of the process before it exits, without the log and its progress messages. */
async function refusal(dataDir: string): Promise<string> {
  const started = startServer({ env: { DATA_DIR: dataDir }, database: 'embedded' });
  const said = await started.then(
    async (server) => {
      await server.stop();
      return 'It started.';
    },
    (error: Error) => error.message,
  );
  // Next's own lines begin with a symbol.
  const isMessage = (line: string) => /^\w/.test(line) && !line.endsWith(' …');
  return said
    .replace(/^The server ended with 1 before it was ready:\n/, '')
    .split('\n')
    .filter(isMessage)
    .join('\n');
}

const ONE_SENTENCE = /^[A-Z][^\n]*\.$/;

test('a data folder that cannot be made is one sentence', async () => {
  const file = join(tmpdir(), `tandem-no-folder-${process.pid}`);
  writeFileSync(file, '');
  const said = await refusal(join(file, 'data'));
  rmSync(file);
  expect(said).toMatch(ONE_SENTENCE);
  expect(said).toContain('DATA_DIR');
});

describe.skipIf(!smallDisk)('on a disk of 6 MB', () => {
  test('there is no room for the database: one sentence that says so', async () => {
    const said = await refusal(join(folder, 'data'));
    expect(said).toMatch(ONE_SENTENCE);
    expect(said).toMatch(/room on the disk|disk is full/);
  });

  test('that is full already: one sentence that says so', async () => {
    rmSync(join(folder, 'data'), { recursive: true, force: true });
    try {
      writeFileSync(join(folder, 'filler'), Buffer.alloc(8 * 1024 * 1024));
    } catch {
      // The disk is meant to be full.
    }
    const said = await refusal(join(folder, 'data'));
    expect(said).toMatch(ONE_SENTENCE);
    expect(said).toMatch(/room|disk is full/);
  });
});
