/** Runs the parts of the test suite one after the other and adds up what they report. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { obtainBrowser } from './browser.ts';
import { findPostgres } from './find-postgres.ts';
import { StartError } from './start-error.ts';
import { add, closingLine, NOTHING, type Tally, tallyOfPlaywright, tallyOfVitest } from './tally.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const VITEST = join(ROOT, 'node_modules', 'vitest', 'vitest.mjs');
const PLAYWRIGHT = join(ROOT, 'node_modules', 'playwright', 'cli.js');
const TEST_DATABASE = join(ROOT, 'lib', 'db', 'test-database.ts');

const PARTS = { unit: runUnit, contract: runContract, browser: runBrowser };
type Part = keyof typeof PARTS;

const reports = mkdtempSync(join(tmpdir(), 'tandem-tests-'));

try {
  process.exitCode = (await runParts(process.argv.slice(2))) ? 0 : 1;
} catch (error) {
  if (!(error instanceof StartError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
} finally {
  rmSync(reports, { recursive: true, force: true });
}

async function runParts([first, ...args]: string[]): Promise<boolean> {
  if (first !== undefined && !isPart(first))
    throw new StartError(`Name a part first: ${Object.keys(PARTS).join(', ')}.`);
  const parts: Part[] = first ? [first] : ['unit', 'contract', 'browser'];
  // Looked for at the start, so that what is missing is known before minutes have passed.
  if (parts.includes('browser')) process.env.CHROMIUM_PATH = obtainBrowser();
  const postgres = parts.some((part) => part !== 'browser') ? await requirePostgres() : undefined;
  let sum = NOTHING;
  for (const part of parts) sum = add(sum, PARTS[part](args, postgres));
  if (parts.includes('contract') && !postgres) {
    console.log(
      'No PostgreSQL answers, so the tests that need one were skipped; start one with: docker run -e POSTGRES_HOST_AUTH_METHOD=trust -p 5432:5432 postgres, or set TEST_DATABASE_URL.',
    );
  }
  console.log(closingLine(sum));
  return sum.failed === 0;
}

function isPart(word: string): word is Part {
  return word in PARTS;
}

async function requirePostgres(): Promise<string | undefined> {
  const url = await findPostgres();
  if (!url && process.env.REQUIRE_POSTGRES === '1') {
    throw new StartError('REQUIRE_POSTGRES is 1 and no PostgreSQL answers: start one, or set TEST_DATABASE_URL.');
  }
  return url;
}

/** What uses a database runs on both. */
function runUnit(args: string[], postgres: string | undefined): Tally {
  const config = ['--config', join(ROOT, 'scripts', 'vitest.config.ts')];
  const onBoth = vitest('Unit tests', ['run', ...config, ...args]);
  if (!postgres || args.length > 0) return onBoth;
  return add(onBoth, vitest('Unit tests on PostgreSQL', ['related', '--run', ...config, TEST_DATABASE], postgres));
}

/** On both databases, side by side. */
function runContract(args: string[], postgres: string | undefined): Tally {
  const command = ['run', '--config', join(ROOT, 'scripts', 'contract.config.ts'), ...args];
  if (postgres) return vitest('Contract tests on both databases', command, postgres);
  const embedded = vitest('Contract tests on the embedded database', [...command, '--project=embedded']);
  return { ...embedded, skipped: embedded.skipped + embedded.passed + embedded.failed };
}

function runBrowser(args: string[]): Tally {
  const report = join(reports, 'playwright.json');
  const command = [PLAYWRIGHT, 'test', '--config', join(ROOT, 'e2e', 'playwright.config.ts'), '--reporter=list,json'];
  const ok = runNode('Browser tests', [...command, ...args], { PLAYWRIGHT_JSON_OUTPUT_FILE: report });
  return tallyOfPlaywright(readReport(report), ok);
}

function vitest(title: string, command: string[], postgres?: string): Tally {
  const report = join(reports, 'vitest.json');
  rmSync(report, { force: true });
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const ok = runNode(title, [VITEST, ...command, ...reporters], { TEST_DATABASE_URL: postgres });
  return tallyOfVitest(readReport(report), ok);
}

function runNode(title: string, args: string[], env: Record<string, string | undefined>): boolean {
  console.log(`\n${title}`);
  const { status } = spawnSync(process.execPath, args, {
    cwd: ROOT,
    env: { ...process.env, ...env },
    stdio: 'inherit',
  });
  return status === 0;
}

function readReport(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}
