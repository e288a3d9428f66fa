import { cpSync, mkdtempSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseEnv } from '../env.ts';
import { embeddedProblem } from './embedded-problem.ts';
import { openDatabase } from './open-database.ts';

/** Opening a database takes seconds, and many on a busy machine. */
const PATIENCE_MS = 300_000;
const NOW = new Date('2026-03-01T08:00:00Z');

let root: string;
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'tandem-damage-'));
  await (await open('whole')).close();
}, PATIENCE_MS);
afterAll(() => rmSync(root, { recursive: true, force: true }));

const open = (name: string) =>
  openDatabase(parseEnv({ DATA_DIR: join(root, name), DEMO_DATA: 'off' }), async () => {}, NOW);

describe('damaged files of the embedded database are refused in one sentence that says so', () => {
  test.each<[string, (folder: string) => void]>([
    ['an empty PG_VERSION', (folder) => truncateSync(join(folder, 'PG_VERSION'))],
    ['another version', (folder) => writeFileSync(join(folder, 'PG_VERSION'), '9\n')],
    ['a missing PG_VERSION', (folder) => rmSync(join(folder, 'PG_VERSION'))],
    ['a zeroed pg_control', (folder) => writeFileSync(join(folder, 'global', 'pg_control'), Buffer.alloc(8_192))],
    ['a missing folder', (folder) => rmSync(join(folder, 'global'), { recursive: true })],
    ['a missing log', (folder) => logFiles(folder).forEach((file) => void rmSync(file))],
  ])(
    '%s',
    async (name, damage) => {
      const folder = join(root, name, 'pglite');
      cpSync(join(root, 'whole'), join(root, name), { recursive: true });
      damage(folder);
      const before = filesOf(folder);
      await expect(open(name)).rejects.toThrow(
        `The embedded database in ${join(root, name)} cannot be used because its files are damaged or of another version: put back a backup of the folder, or set DATA_DIR to another folder.`,
      );
      expect(filesOf(folder), 'nothing is made again').toEqual(before);
    },
    PATIENCE_MS,
  );

  const filesOf = (folder: string) => readdirSync(folder).filter((name) => name !== 'postmaster.pid');
  const logFiles = (folder: string) =>
    readdirSync(join(folder, 'pg_wal'))
      .filter((name) => /^[\dA-F]{24}$/.test(name))
      .map((name) => join(folder, 'pg_wal', name));
});

test(
  'a file in the place of the database is named as such',
  async () => {
    const name = 'in the way';
    cpSync(join(root, 'whole', 'lock.sqlite'), join(root, name, 'pglite'));
    await expect(open(name)).rejects.toThrow(/because a file is in the way of a folder: move it away, .*\.$/);
  },
  PATIENCE_MS,
);

test.each([
  [{ errno: 51 }, /because the disk is full: make room, /],
  [{ errno: 69 }, /because the disk is read-only: make it writable, /],
  [{ errno: 2 }, /because permission is denied: make it writable for this user, /],
  [new Error('failed', { cause: new Error('column "x" does not exist') }), /\(column "x" does not exist\): put back /],
])('%j is explained in one sentence', (error, sentence) => {
  expect(embeddedProblem(root, error)).toMatch(sentence);
});
