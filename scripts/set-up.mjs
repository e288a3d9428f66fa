/** Makes a fresh or changed clone ready to run: packages, build, the project's own Node. Plain JavaScript, because the machine's Node runs it. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const OWN_NODE = join('node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
/** Everything the build reads, except for the tests and migrations below. */
const BUILD_INPUTS = [
  'app',
  'lib',
  'middleware.ts',
  'instrumentation.ts',
  'instrumentation-client.ts',
  'next.config.js',
  '.postcssrc.json',
  'tsconfig.json',
  'package-lock.json',
];
const NOT_BUILT = /\.test\.tsx?$|(^|[\\/])migrations([\\/]|$)/;
/** Written last, so an interrupted build has none. */
const BUILD_STAMP = join('.next', 'built-from');

const PARENT_CHECK_MS = 500;

/** Installs what is missing, builds what is stale where `needsBuild` says so, and runs `script` under the project's own Node. */
export async function setUpAndRun(script, { needsBuild }) {
  endWithNpm();
  await orExplain(async () => {
    await install();
    if (needsBuild) await buildIfStale();
  });
  await handOver(script);
}

/** Carries one sentence for the person who started it. */
export class SetUpError extends Error {}

/** Runs `step`, and ends the process with one sentence if it fails for a known reason. */
export async function orExplain(step) {
  try {
    await step();
  } catch (error) {
    if (!(error instanceof SetUpError)) throw error;
    console.error(error.message);
    process.exit(1);
  }
}

export async function install(root = ROOT) {
  if (isInstalled(root)) return;
  console.log('Installing the packages that package-lock.json names …');
  const npm = process.env.npm_execpath;
  const args = ['ci', '--include=dev', '--no-audit', '--no-fund', '--no-progress', '--loglevel=error'];
  const { code, output } = npm?.endsWith('.js')
    ? await run(process.execPath, [npm, ...args], { cwd: root, quiet: true })
    : await run('npm', args, { cwd: root, quiet: true, shell: process.platform === 'win32' });
  if (code !== 0) throw new SetUpError(installFailure(root, output));
  if (!existsSync(join(root, OWN_NODE))) {
    throw new SetUpError(
      'npm has not installed the node package, whose install script must run: allow install scripts.',
    );
  }
}

/** npm writes node_modules/.package-lock.json last, so after an interrupted install it is missing or old. */
export function isInstalled(root) {
  if (!existsSync(join(root, OWN_NODE))) return false;
  const wanted = packagesIn(join(root, 'package-lock.json'));
  const present = packagesIn(join(root, 'node_modules', '.package-lock.json'));
  return Object.entries(wanted).every(([path, { version, integrity, optional, devOptional, link }]) => {
    if (path === '' || link) return true;
    const found = present[path];
    // Packages for other platforms are left out.
    if (!found) return Boolean(optional || devOptional);
    return found.version === version && found.integrity === integrity;
  });
}

function packagesIn(lockFile) {
  try {
    return JSON.parse(readFileSync(lockFile, 'utf8')).packages ?? {};
  } catch {
    return {};
  }
}

export function installFailure(root, output) {
  const [, code = ''] = /npm (?:error|ERR!) code (\w+)/.exec(output) ?? [];
  if (/^(ENOTFOUND|EAI_AGAIN|ECONN|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET)/.test(code)) {
    return `The packages could not be downloaded, because the npm registry cannot be reached (${code}): connect this machine, or set npm's registry.`;
  }
  if (code === 'EUSAGE') return 'package-lock.json does not fit package.json: run npm install and commit both.';
  return (
    pathFailure(root, code) ?? `${output.trim()}\n\nThe packages could not be installed; what npm said stands above.`
  );
}

function pathFailure(root, code) {
  if (code === 'ENOSPC' || code === 'EDQUOT') return `The disk is full: make room for ${root}.`;
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS')
    return `${root} cannot be written (${code}): make it writable for this user.`;
  return undefined;
}

export async function buildIfStale(root = ROOT) {
  if (isBuilt(root)) return;
  console.log('Building …');
  const { code, output } = await build(root, { quiet: true });
  if (code === 0) return;
  const [known = ''] = /ENOSPC|EDQUOT|EACCES|EROFS/.exec(output) ?? [];
  throw new SetUpError(pathFailure(root, known) ?? `${output.trim()}\n\nThe build failed; what it said stands above.`);
}

/** Build, whether stale or not. */
export async function build(root = ROOT, options = {}) {
  // Taken first, so a source saved during the build counts as newer.
  const hash = sourceHash(root);
  const stamp = join(root, BUILD_STAMP);
  try {
    rmSync(stamp, { force: true });
    mkdirSync(dirname(stamp), { recursive: true });
    const next = join(root, 'node_modules', 'next', 'dist', 'bin', 'next');
    const env = { ...process.env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' };
    const result = await run(join(root, OWN_NODE), [next, 'build', root], { cwd: root, env, ...options });
    if (result.code === 0) writeFileSync(stamp, hash);
    return result;
  } catch (error) {
    throw new SetUpError(pathFailure(root, error.code) ?? `The build could not be started: ${error.message}`);
  }
}

export function isBuilt(root) {
  const stamp = join(root, BUILD_STAMP);
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === sourceHash(root);
}

/** A hash of contents, because a checkout gives every file a new time. */
export function sourceHash(root) {
  const hash = createHash('sha256');
  for (const input of BUILD_INPUTS) {
    for (const file of filesIn(root, input))
      hash
        .update(`${file}\0`)
        .update(readFileSync(join(root, file)))
        .update('\0');
  }
  return hash.digest('hex');
}

function filesIn(root, path) {
  const at = join(root, path);
  if (!existsSync(at) || NOT_BUILT.test(path)) return [];
  if (statSync(at).isFile()) return [path];
  return readdirSync(at)
    .sort()
    .flatMap((name) => filesIn(root, join(path, name)));
}

/**
 * npm passes a signal to its shell, and the shell ends without telling us. So where npm is the grandparent, the end of the shell
 * counts as the signal.
 */
export function endWithNpm() {
  if (!process.env.npm_lifecycle_event) return;
  const shell = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === shell) return;
    clearInterval(watch);
    process.kill(process.pid, 'SIGTERM');
  }, PARENT_CHECK_MS);
  watch.unref();
}

/** Run `script` under the project's own Node: in this process if it is that Node, else in a child, and exit as it does. */
export async function handOver(script, root = ROOT) {
  const { version } = JSON.parse(readFileSync(join(root, 'node_modules', 'node', 'package.json'), 'utf8'));
  const path = join(root, script);
  if (process.versions.node === version) {
    await import(pathToFileURL(path).href);
    return;
  }
  const { code } = await run(join(root, OWN_NODE), [...process.execArgv, path, ...process.argv.slice(2)], {
    cwd: process.cwd(),
  });
  process.exit(code);
}

/** Run a command to its end and pass signals on to it. `quiet` collects its output instead of showing it. */
export function run(command, args, { quiet = false, ...options } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...options, stdio: quiet ? ['ignore', 'pipe', 'pipe'] : 'inherit' });
    let output = '';
    const gather = (chunk) => {
      output += chunk;
    };
    child.stdout?.on('data', gather);
    child.stderr?.on('data', gather);
    const passOn = (signal) => child.kill(signal);
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
    for (const signal of signals) process.on(signal, passOn);
    const done = () => {
      for (const signal of signals) process.off(signal, passOn);
    };
    child.on('error', (error) => {
      done();
      reject(error);
    });
    child.on('close', (code, signal) => {
      done();
      // A child that a signal ended ends this process by the same signal, as a shell expects.
      if (signal) process.kill(process.pid, signal);
      else resolve({ code, output });
    });
  });
}
