/** Runs Vitest, then Playwright, and adds up what they report. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { StartError } from '../../lib/start-error.ts';
import { obtainBrowser } from './browser.ts';
import { requirePostgres } from './find-postgres.ts';
import {
  add,
  closingLine,
  contractTests,
  type FileSeconds,
  NOTHING,
  secondsOfPlaywright,
  secondsOfVitest,
  slowest,
  type Tally,
  tallyOfPlaywright,
  tallyOfVitest,
} from './tally.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const VITEST = join(ROOT, 'node_modules', 'vitest', 'vitest.mjs');
const PLAYWRIGHT = join(ROOT, 'node_modules', 'playwright', 'cli.js');

const PARTS = ['unit', 'contract', 'browser'];
const SLOWEST_FILES = 8;

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

async function runParts([part, ...args]: string[]): Promise<boolean> {
  if (part && !PARTS.includes(part)) throw new StartError(`Name a part first: ${PARTS.join(', ')}.`);
  // First, so a missing browser is reported at once and not after minutes.
  if (part !== 'unit' && part !== 'contract') process.env.CHROMIUM_PATH = obtainBrowser();
  let sum = NOTHING;
  if (part !== 'browser') sum = add(sum, runVitest(part, args, await requirePostgres()));
  if (!part || part === 'browser') sum = add(sum, runPlaywright(args));
  console.log(closingLine(sum));
  return sum.failed === 0;
}

/** Without PostgreSQL every contract test counts as skipped once. */
function runVitest(part: string | undefined, args: string[], postgres: string | undefined): Tally {
  const startedAt = performance.now();
  const file = join(reports, 'vitest.json');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  const projects = part ? [`--project=${part}*`] : [];
  const ok = runNode([VITEST, 'run', ...projects, ...reporters, ...args], { TEST_DATABASE_URL: postgres });
  const report = readReport(file);
  const tally = tallyOfVitest(report, ok);
  sayWhere('Vitest', startedAt, secondsOfVitest(report));
  if (postgres || part === 'unit') return tally;
  console.log(
    'No PostgreSQL answers, so the tests that need one were skipped; start one with: docker run -e POSTGRES_HOST_AUTH_METHOD=trust -p 5432:5432 postgres, or set TEST_DATABASE_URL.',
  );
  return { ...tally, skipped: tally.skipped + contractTests(report) };
}

function runPlaywright(args: string[]): Tally {
  const startedAt = performance.now();
  const file = join(reports, 'playwright.json');
  const ok = runNode([PLAYWRIGHT, 'test', '--reporter=list,json', ...args], { PLAYWRIGHT_JSON_OUTPUT_FILE: file });
  const report = readReport(file);
  sayWhere('Playwright', startedAt, secondsOfPlaywright(report));
  return tallyOfPlaywright(report, ok);
}

/** Files run side by side, so theirs add up to more. */
function sayWhere(tool: string, startedAt: number, seconds: FileSeconds): void {
  const minutes = (performance.now() - startedAt) / 60_000;
  console.log(`${tool} took ${minutes.toFixed(1)} min. The slowest files:`);
  for (const line of slowest(seconds, SLOWEST_FILES)) console.log(line.replace(ROOT, ''));
}

function runNode(args: string[], env: Record<string, string | undefined>): boolean {
  const options = { cwd: ROOT, env: { ...process.env, ...env }, stdio: 'inherit' } as const;
  return spawnSync(process.execPath, args, options).status === 0;
}

function readReport(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}
