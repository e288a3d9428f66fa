/** Its text is sent to the browser, where the mutants' switch is missing. */
const SENT_AS_TEXT = 'lib/client/resilience/early-script.ts';

export const NOT_MUTATED = ['!**/*.test.{ts,tsx}', '!**/test-*.ts', `!${SENT_AS_TEXT}`];

/** @type {import('@stryker-mutator/api/core').PartialStrykerOptions} */
export default {
  testRunner: 'vitest',
  // `lib/client/session` is tested as a bundle, so Vitest's graph of imports does not lead to its tests.
  vitest: { related: false, pool: 'forks' },
  coverageAnalysis: 'perTest',
  ignoreStatic: true,
  incremental: true,
  incrementalFile: 'reports/mutation.json',
  htmlReporter: { fileName: 'reports/mutation.html' },
  clearTextReporter: { logTests: false, reportTests: false },
  reporters: ['html', 'clear-text', 'progress'],
  // Names no file: Stryker cannot rewrite a configuration with TypeScript 7.
  tsconfigFile: 'none',
  disableTypeChecks: false,
  ignorePatterns: ['.data', 'bench/.work', 'test-results', 'playwright-report', 'reports'],
  timeoutMS: 60_000,
  dryRunTimeoutMinutes: 30,
  concurrency: 1,
  // Never sets an exit status, since nothing depends on the score.
  thresholds: { high: 90, low: 80, break: null },
};
