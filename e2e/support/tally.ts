/** Adds up the reports of Vitest and Playwright. A failed run without a failed test counts as one failure. */
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
  testResults: z.array(z.object({ name: z.string(), assertionResults: z.array(z.unknown()) })),
});

const PlaywrightReport = z.object({
  stats: z.object({ expected: z.number(), unexpected: z.number(), flaky: z.number(), skipped: z.number() }),
});

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

function withFailure(tally: Tally, ok: boolean): Tally {
  return ok ? tally : { ...tally, failed: Math.max(1, tally.failed) };
}
