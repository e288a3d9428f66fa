import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { DataFolderError, guardDataFolder, inspectDataFolder } from './data-folder.ts';
import { openEmbedded } from './embedded.ts';
import { MIGRATIONS_DIR } from './test-database.ts';

const NOW = new Date('2026-03-01T08:00:00Z');

/** Takes the folder argv[1] and stays; with argv[2] it also writes rows, and prints each number once the database has acknowledged it. */
const HOLDER = `
  import { guardDataFolder } from ${JSON.stringify(new URL('./data-folder.ts', import.meta.url).href)};
  import { openEmbedded } from ${JSON.stringify(new URL('./embedded.ts', import.meta.url).href)};
  const [dataDir, migrationsDir] = process.argv.slice(1);
  guardDataFolder(dataDir, new Date(${NOW.getTime()}));
  console.log('held');
  if (migrationsDir) {
    const { db } = await openEmbedded(dataDir, migrationsDir);
    await db.execute('create table acknowledged (n integer)');
    for (let n = 0; ; n += 1) {
      await db.execute('insert into acknowledged values (' + n + ')');
      console.log(n);
    }
  }
  setInterval(() => {}, 60_000);
`;

let dataDir: string;
let children: ChildProcess[];

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'tandem-folder-'));
  children = [];
});

afterEach(async () => {
  await Promise.all(children.map(kill));
  await rm(dataDir, { recursive: true, force: true });
});

function startHolder(...args: string[]) {
  const child = spawn(process.execPath, ['--input-type=module', '-e', HOLDER, dataDir, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  return { child, lines: createInterface({ input: child.stdout })[Symbol.asyncIterator]() };
}

async function kill(child: ChildProcess) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
}

const refusal = (folder: string) => {
  try {
    guardDataFolder(folder, NOW).release();
  } catch (error) {
    if (error instanceof DataFolderError) return error.message;
    throw error;
  }
  return 'taken';
};

describe('a data folder in use', () => {
  test('is refused to a second process in one sentence that names the folder and who has it', async () => {
    const { child, lines } = startHolder();
    await lines.next();
    expect(refusal(dataDir)).toBe(
      `The data folder ${dataDir} is in use by process ${child.pid}, running since 2026-03-01T08:00:00.000Z: stop that one, or set DATA_DIR to another folder.`,
    );
  });

  test('is refused within the same process too', () => {
    const guard = guardDataFolder(dataDir, NOW);
    expect(refusal(dataDir)).toContain(`process ${process.pid}`);
    guard.release();
  });

  test('can be taken at once when its process has been killed', async () => {
    const { child, lines } = startHolder();
    await lines.next();
    await kill(child);
    expect(refusal(dataDir)).toBe('taken');
  });

  test('can be taken again after a release', () => {
    guardDataFolder(dataDir, NOW).release();
    expect(refusal(dataDir)).toBe('taken');
  });
});

test('every write that was acknowledged survives kill -9', async () => {
  const { child, lines } = startHolder(MIGRATIONS_DIR);
  await lines.next();
  let acknowledged = 0;
  for (let row = await lines.next(); acknowledged < 50; row = await lines.next()) acknowledged = Number(row.value);
  await kill(child);
  for (let row = await lines.next(); !row.done; row = await lines.next()) acknowledged = Number(row.value);

  const guard = guardDataFolder(dataDir, NOW);
  const { db, close } = await openEmbedded(dataDir, MIGRATIONS_DIR);
  // The last write may have reached the disk without its acknowledgement having reached anybody.
  const kept = await db.execute(`select count(*)::int as n from acknowledged where n <= ${acknowledged}`);
  await close();
  guard.release();
  expect((kept as unknown as { rows: unknown[] }).rows).toEqual([{ n: acknowledged + 1 }]);
});

describe('a folder that cannot be used is refused in one sentence', () => {
  test('when a file is in the way', () => {
    const file = join(dataDir, 'file');
    writeFileSync(file, '');
    expect(refusal(file)).toMatch(/a file of that name is in the way/);
    expect(refusal(join(file, 'below'))).toMatch(/a file of that name is in the way/);
  });

  test.runIf(process.platform === 'linux')('when the disk is full', () => {
    // Every write to /dev/full fails as on a full disk.
    symlinkSync('/dev/full', join(dataDir, 'lock-holder.json'));
    expect(refusal(dataDir)).toMatch(/the disk is full/);
  });

  test('when it is not writable', () => {
    // A folder where the lock file should be: unlike missing permissions, that stops root too.
    mkdirSync(join(dataDir, 'lock.sqlite'));
    expect(refusal(dataDir)).toMatch(/cannot be written .* make it writable/);
  });
});

const mode = (path: string) => (statSync(path).mode & 0o777).toString(8);

describe.skipIf(process.platform === 'win32')('a folder that others can read', () => {
  beforeEach(() => chmodSync(dataDir, 0o755));

  test('is closed to them, and so are a database in it and what this process makes', () => {
    mkdirSync(join(dataDir, 'pglite'), { mode: 0o755 });
    expect(refusal(dataDir)).toBe('taken');
    expect([mode(dataDir), mode(join(dataDir, 'pglite'))]).toEqual(['700', '700']);
    for (const file of ['lock.sqlite', 'lock-holder.json'])
      expect([file, mode(join(dataDir, file))]).toEqual([file, '600']);
    mkdirSync(join(dataDir, 'new'));
    writeFileSync(join(dataDir, 'new', 'file'), '');
    expect([mode(join(dataDir, 'new')), mode(join(dataDir, 'new', 'file'))]).toEqual(['700', '600']);
  });

  test('is closed after a crash, too', async () => {
    const { child, lines } = startHolder();
    await lines.next();
    await kill(child);
    chmodSync(dataDir, 0o755);
    expect([inspectDataFolder(dataDir), refusal(dataDir), mode(dataDir)]).toEqual([undefined, 'taken', '700']);
  });

  test('is closed where a link leads to', () => {
    const link = join(dataDir, 'link');
    const target = join(dataDir, 'target');
    mkdirSync(target, { mode: 0o755 });
    symlinkSync(target, link);
    expect(refusal(link)).toBe('taken');
    expect([mode(target), mode(dataDir)]).toEqual(['700', '755']);
  });

  test.each<[string, () => void]>([
    ['holds other files', () => writeFileSync(join(dataDir, 'letter.txt'), '')],
    ['is one for everybody', () => chmodSync(dataDir, 0o1777)],
  ])('is refused and left alone when it %s', (_, prepare) => {
    prepare();
    const before = [mode(dataDir), readdirSync(dataDir)];
    expect(refusal(dataDir)).toMatch(
      /^The data folder .* holds other files, and others can read it: set DATA_DIR .*\.$/,
    );
    expect([mode(dataDir), readdirSync(dataDir)]).toEqual(before);
  });

  test.runIf(process.getuid?.() === 0)('is refused when it belongs to another user', () => {
    chownSync(dataDir, 4_711, 4_711);
    chmodSync(dataDir, 0o777);
    process.seteuid?.(4_712);
    try {
      vi.spyOn(process, 'getuid').mockReturnValue(4_712);
      expect(refusal(dataDir)).toMatch(/^The data folder .* belongs to another user, .*: set DATA_DIR .*\.$/);
    } finally {
      vi.restoreAllMocks();
      process.seteuid?.(0);
    }
    expect([mode(dataDir), readdirSync(dataDir)]).toEqual(['777', []]);
  });
});

describe('looking at a folder changes nothing', () => {
  const look = () => inspectDataFolder(dataDir)?.message;
  const state = () =>
    ['.', ...readdirSync(dataDir)].map((name) => {
      const { mode, mtimeMs, ctimeMs, size } = statSync(join(dataDir, name));
      return { name, mode, mtimeMs, ctimeMs, size };
    });

  test('when there is none', () => {
    const missing = join(dataDir, 'missing');
    expect(inspectDataFolder(missing)).toBeUndefined();
    expect(readdirSync(dataDir)).toEqual([]);
  });

  test.each<[string, () => void]>([
    ['when it is empty', () => {}],
    ['when it was used before', () => guardDataFolder(dataDir, NOW).release()],
    ['when others can read it', () => chmodSync(dataDir, 0o755)],
  ])('%s', (_, prepare) => {
    prepare();
    const before = state();
    expect(look()).toBeUndefined();
    expect(state()).toEqual(before);
  });

  test('when it is in use, which it says', async () => {
    const { child, lines } = startHolder();
    await lines.next();
    const before = state();
    expect(look()).toContain(`is in use by process ${child.pid}`);
    expect(state()).toEqual(before);
  });

  test('when it cannot be used, which it says', () => {
    writeFileSync(join(dataDir, 'file'), '');
    for (const path of [join(dataDir, 'file'), join(dataDir, 'file', 'below')])
      expect(inspectDataFolder(path)?.message).toMatch(/a file of that name is in the way/);
  });
});
