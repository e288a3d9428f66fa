/** Adds up the reports of Vitest and Playwright: results, and seconds per file. A failed run without a failed test counts as one failure. */
import { z } from 'zod';

export interface Tally {
  passed: number;
  failed: number;
  skipped: number;
}

export const NOTHING: Tally = { passed: 0, failed: 0, skipped: 0 };

const VitestReport = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numPendingTests: z.number(),
  numTodoTests: z.number(),
  testResults: z.array(
    z.object({ name: z.string(), startTime: z.number(), endTime: z.number(), assertionResults: z.array(z.unknown()) }),
  ),
});

const Suite = z.object({
  specs: z.array(z.object({ tests: z.array(z.object({ results: z.array(z.object({ duration: z.number() })) })) })),
  get suites() {
    return z.array(Suite).optional();
  },
});

const PlaywrightReport = z.object({
  stats: z.object({ expected: z.number(), unexpected: z.number(), flaky: z.number(), skipped: z.number() }),
  suites: z.array(Suite.extend({ file: z.string() })),
});

/** Wall-clock seconds by file. A contract test that runs on both databases counts twice. */
export type FileSeconds = ReadonlyMap<string, number>;

export function add(a: Tally, b: Tally): Tally {
  return { passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: a.skipped + b.skipped };
}

export function closingLine({ passed, failed, skipped }: Tally): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

/** `ok`: the process exited with 0. A file that cannot be loaded has no failed test. */
export function tallyOfVitest(report: unknown, ok: boolean): Tally {
  const { data } = VitestReport.safeParse(report);
  const tally = data
    ? {
        passed: data.numPassedTests,
        failed: data.numFailedTests,
        skipped: data.numPendingTests + data.numTodoTests,
      }
    : NOTHING;
  return withFailure(tally, ok && data !== undefined);
}

/** The number of contract tests in a report of Vitest. */
export function contractTests(report: unknown): number {
  const files = VitestReport.safeParse(report).data?.testResults ?? [];
  return files
    .filter(({ name }) => name.endsWith('.contract.ts'))
    .reduce((sum, { assertionResults }) => sum + assertionResults.length, 0);
}

export function tallyOfPlaywright(report: unknown, ok: boolean): Tally {
  const { data } = PlaywrightReport.safeParse(report);
  const tally = data
    ? { passed: data.stats.expected, failed: data.stats.unexpected + data.stats.flaky, skipped: data.stats.skipped }
    : NOTHING;
  return withFailure(tally, ok && data !== undefined);
}

export function secondsOfVitest(report: unknown): FileSeconds {
  const files = VitestReport.safeParse(report).data?.testResults ?? [];
  return summed(files.map(({ name, startTime, endTime }) => [name, (endTime - startTime) / 1_000]));
}

export function secondsOfPlaywright(report: unknown): FileSeconds {
  const suites = PlaywrightReport.safeParse(report).data?.suites ?? [];
  return summed(suites.map((suite) => [suite.file, secondsOfSuite(suite)]));
}

function secondsOfSuite({ specs, suites = [] }: z.infer<typeof Suite>): number {
  const results = specs.flatMap(({ tests }) => tests.flatMap(({ results }) => results));
  const own = results.reduce((sum, { duration }) => sum + duration / 1_000, 0);
  return suites.reduce((sum, suite) => sum + secondsOfSuite(suite), own);
}

function summed(entries: [file: string, seconds: number][]): FileSeconds {
  const sums = new Map<string, number>();
  for (const [file, seconds] of entries) sums.set(file, (sums.get(file) ?? 0) + seconds);
  return sums;
}

/** The slowest files first, one line each. */
export function slowest(seconds: FileSeconds, count: number): string[] {
  const files = [...seconds].toSorted(([, a], [, b]) => b - a).slice(0, count);
  return files.map(([file, value]) => `${Math.round(value).toString().padStart(6)} s  ${file}`);
}

function withFailure(tally: Tally, ok: boolean): Tally {
  return ok ? tally : { ...tally, failed: Math.max(1, tally.failed) };
}
