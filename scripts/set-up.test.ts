import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { installFailure, isBuilt, isInstalled, sourceHash } from './set-up.mjs';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'tandem-set-up-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function write(path: string, content: unknown) {
  const file = join(root, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
}

const NEXT = { version: '16.0.0', integrity: 'sha512-a' };
const OTHER_PLATFORM = { version: '1.0.0', integrity: 'sha512-b', optional: true };

function writeInstallation(packages: object) {
  write('node_modules/node/bin/node', '');
  write('node_modules/node/bin/node.exe', '');
  write('package-lock.json', { packages: { '': {}, 'node_modules/next': NEXT, 'node_modules/other': OTHER_PLATFORM } });
  write('node_modules/.package-lock.json', { packages });
}

describe('the packages are up to date', () => {
  test('when those present are what the lock file says, but for other platforms’', () => {
    writeInstallation({ 'node_modules/next': NEXT });
    expect(isInstalled(root)).toBe(true);
  });

  test.each([
    ['one is missing', {}],
    ['one has another version', { 'node_modules/next': { ...NEXT, version: '15.0.0' } }],
    ['one has another content', { 'node_modules/next': { ...NEXT, integrity: 'sha512-c' } }],
  ])('not when %s', (_, present) => {
    writeInstallation(present);
    expect(isInstalled(root)).toBe(false);
  });

  test('not when the install was interrupted: npm writes its own list last', () => {
    writeInstallation({ 'node_modules/next': NEXT });
    rmSync(join(root, 'node_modules', '.package-lock.json'));
    expect(isInstalled(root)).toBe(false);
  });

  test('not when the Node that comes as a package is not there', () => {
    writeInstallation({ 'node_modules/next': NEXT });
    rmSync(join(root, 'node_modules', 'node'), { recursive: true });
    expect(isInstalled(root)).toBe(false);
  });
});

describe('the build is up to date', () => {
  const built = () => write('.next/built-from', sourceHash(root));
  beforeEach(() => {
    write('app/page.tsx', 'one');
    write('lib/money.ts', 'two');
    write('package-lock.json', '{}');
    built();
  });

  test('when nothing that goes into it has changed', () => {
    expect(isBuilt(root)).toBe(true);
  });

  test.each(['app/page.tsx', 'lib/money.ts', 'lib/new.ts', 'middleware.ts', 'next.config.js', 'package-lock.json'])(
    'not when %s is new or another',
    (path) => {
      write(path, 'changed');
      expect(isBuilt(root)).toBe(false);
    },
  );

  test('not when a file is gone or has another name', () => {
    rmSync(join(root, 'lib', 'money.ts'));
    expect(isBuilt(root)).toBe(false);
    write('lib/cash.ts', 'two');
    expect(isBuilt(root)).toBe(false);
  });

  test('whatever happens to tests and migrations', () => {
    write('app/page.test.tsx', 'a');
    write('lib/money.test.ts', 'b');
    write('lib/db/migrations/0001.sql', 'c');
    expect(isBuilt(root)).toBe(true);
  });

  test('not when it was interrupted: its mark is written last', () => {
    rmSync(join(root, '.next', 'built-from'));
    expect(isBuilt(root)).toBe(false);
  });
});

describe('a failed install is explained in one sentence', () => {
  test.each([
    ['ENOTFOUND', /registry cannot be reached \(ENOTFOUND\)/],
    ['ECONNREFUSED', /registry cannot be reached/],
    ['ENOSPC', /disk is full/],
    ['EACCES', /cannot be written \(EACCES\)/],
    ['EUSAGE', /does not fit package\.json/],
  ])('%s', (code, sentence) => {
    const explained = installFailure(root, `npm error code ${code}\nnpm error and much more\n`);
    expect(explained).toMatch(sentence);
    expect(explained).not.toContain('\n');
  });

  test('anything else is shown as npm said it', () => {
    expect(installFailure(root, 'npm error code E500\nnpm error oh dear')).toMatch(/oh dear\n\n.*stands above\.$/);
  });
});

describe('npm start in a fresh clone', () => {
  /** A clone of the scripts only, and a fake npm that runs the test's code instead of installing. */
  async function start(npm: string) {
    for (const script of ['start.mjs', 'require-node.mjs', 'set-up.mjs']) {
      cpSync(join(import.meta.dirname, script), join(root, 'scripts', script));
    }
    write('package.json', { type: 'module' });
    write('package-lock.json', { packages: { '': {}, 'node_modules/next': NEXT } });
    write('npm.js', npm);
    const env = { PATH: process.env.PATH ?? '', npm_execpath: join(root, 'npm.js') };
    return promisify(execFile)(process.execPath, [join(root, 'scripts', 'start.mjs'), '--dev'], {
      cwd: root,
      // The process gets exactly this environment; Next's types require `NODE_ENV` in it.
      env: env as unknown as NodeJS.ProcessEnv,
    }).then(
      ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
      (error: { code: number; stdout: string; stderr: string }) => error,
    );
  }

  test('ends with one sentence when the registry cannot be reached', async () => {
    const { code, stderr } = await start('console.error("npm error code ENOTFOUND"); process.exitCode = 1;');
    expect(code).toBe(1);
    expect(stderr).toMatch(/^The packages could not be downloaded, .*\n$/);
  });

  test('installs exactly what the lock file says, then goes on with the project’s own Node', async () => {
    mkdirSync(join(root, 'scripts'), { recursive: true });
    writeFileSync(join(root, 'scripts', 'run-next.ts'), 'console.log("served", process.argv.slice(2).join());');
    mkdirSync(join(root, 'node_modules', 'node', 'bin'), { recursive: true });
    const { code, stdout } = await start(`
      import { symlinkSync, writeFileSync } from 'node:fs';
      console.log(process.argv[2]);
      symlinkSync(process.execPath, ${JSON.stringify(join(root, 'node_modules', 'node', 'bin', 'node'))});
      writeFileSync(${JSON.stringify(join(root, 'node_modules', 'node', 'package.json'))}, '{"version":"0.0.0"}');
      if (process.argv[2] !== 'ci') process.exitCode = 1;
    `);
    expect(code).toBe(0);
    expect(stdout).toMatch(/Installing .*\nserved --dev\n$/);
  });

  test.skipIf(process.platform === 'win32')('ends as its server ends', async () => {
    mkdirSync(join(root, 'scripts'), { recursive: true });
    writeFileSync(join(root, 'scripts', 'run-next.ts'), 'process.exit(7);');
    writeInstallation({ 'node_modules/next': NEXT });
    rmSync(join(root, 'node_modules', 'node', 'bin', 'node'));
    symlinkSync(process.execPath, join(root, 'node_modules', 'node', 'bin', 'node'));
    write('node_modules/node/package.json', { version: '0.0.0' });
    expect((await start('process.exitCode = 1')).code).toBe(7);
  });
});
