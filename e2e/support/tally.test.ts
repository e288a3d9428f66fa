import { expect, test } from 'vitest';
import {
  add,
  closingLine,
  contractTests,
  NOTHING,
  secondsOfPlaywright,
  secondsOfVitest,
  slowest,
  tallyOfPlaywright,
  tallyOfVitest,
} from './tally.ts';

const vitest = {
  numPassedTests: 5,
  numFailedTests: 1,
  numPendingTests: 2,
  numTodoTests: 1,
  testResults: [
    { name: '/app/e2e/contract/login.contract.ts', startTime: 1_000, endTime: 9_000, assertionResults: [{}, {}] },
    { name: '/app/e2e/contract/login.contract.ts', startTime: 2_000, endTime: 4_000, assertionResults: [] },
    { name: '/app/lib/env.test.ts', startTime: 1_000, endTime: 1_600, assertionResults: [{}, {}, {}] },
  ],
};
const results = (...durations: number[]) => ({ tests: [{ results: durations.map((duration) => ({ duration })) }] });
const playwright = {
  stats: { expected: 3, unexpected: 1, flaky: 1, skipped: 2 },
  suites: [
    { file: 'sign-in.spec.ts', specs: [results(1_000, 2_000)], suites: [{ specs: [results(4_000)], suites: [] }] },
    { file: 'orders.spec.ts', specs: [results(9_000)] },
  ],
};

test('the closing line sums passed, failed and skipped over all parts', () => {
  const sum = add(tallyOfVitest(vitest, false), tallyOfPlaywright(playwright, false));
  expect(closingLine(sum)).toBe('8 passed, 3 failed, 5 skipped');
});

test('a test that passed only on a second try counts as failed', () => {
  expect(tallyOfPlaywright({ stats: { ...playwright.stats, unexpected: 0 } }, true).failed).toBe(1);
});

test('a run that fails without a failed test counts as one failure', () => {
  expect(tallyOfVitest({ ...vitest, numFailedTests: 0 }, false)).toEqual({ passed: 5, failed: 1, skipped: 3 });
});

test.each([tallyOfVitest, tallyOfPlaywright])('a run that leaves no report has failed', (tallyOf) => {
  expect(tallyOf(undefined, true)).toEqual({ ...NOTHING, failed: 1 });
});

test('only tests of files of the contract count as contract tests', () => {
  expect(contractTests(vitest)).toBe(2);
  expect(contractTests(undefined)).toBe(0);
});

test('the slowest files come first, each with all its runs', () => {
  expect(slowest(secondsOfVitest(vitest), 1)).toEqual(['    10 s  /app/e2e/contract/login.contract.ts']);
  expect(slowest(secondsOfPlaywright(playwright), 9)).toEqual([
    '     9 s  orders.spec.ts',
    '     7 s  sign-in.spec.ts',
  ]);
});
