import { globSync, readFileSync } from 'node:fs';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { requirePostgres } from './e2e/support/find-postgres.ts';

/** The slowest contract tests go first; last, they would leave the other workers idle. */
const SLOWEST = [
  'crash',
  'process',
  'hostile-clients',
  'plain-next',
  'fuzz',
  'operators',
  'outage',
  'instances',
  'guessing',
];

/** Run by StrykerJS, one test at a time. */
const IS_MUTATED = process.env.STRYKER_MUTATOR_WORKER !== undefined;

const UNIT = {
  env: { LOG_LEVEL: 'silent', TEST_DATABASE_URL: '' },
  // Only for a test that waits for ever: on a busy machine each takes many times as long. Many mutants make tests do that.
  testTimeout: IS_MUTATED ? 15_000 : 180_000,
  hookTimeout: 180_000,
  // Vitest leaves one core idle by default, which is half of a machine with two.
  maxWorkers: '100%',
  sequence: { groupOrder: 0 },
};

/** Every file starts a production server of some hundred megabytes, and mostly waits for it. */
const CONTRACT = {
  include: ['e2e/contract/**/*.contract.ts'],
  globalSetup: './e2e/support/set-up.ts',
  testTimeout: 180_000,
  hookTimeout: 300_000,
  maxWorkers: 4,
  sequence: { groupOrder: 1 },
};

/** What depends on the database itself: its locks, its order of rows, what it keeps when the process dies. The others run on one. */
const ON_BOTH_DATABASES = ['crash', 'login', 'order', 'refresh', 'sessions'].map(
  (name) => `e2e/contract/${name}.contract.ts`,
);

const TESTS = '{app,lib,scripts,e2e}/**/*.test.{ts,tsx}';
const NEEDS_DATABASE = /\/test-(app|database)\.ts'/;

const postgres = await requirePostgres();

const UNIT_PROJECT = { test: { ...UNIT, name: 'unit', include: [TESTS] } };

/** Unit tests (`*.test.ts` beside the code) and contract tests (`e2e/contract/*.contract.ts`). */
export default defineConfig({
  test: {
    sequence: {
      sequencer: class extends BaseSequencer {
        override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
          const sorted = (await super.sort(files)).toSorted((a, b) => rank(a) - rank(b));
          // With a mutant the first failure ends the run, so the quickest go first.
          return IS_MUTATED ? sorted.toReversed() : sorted;
        }
      },
    },
    // Stryker's runner can select no project.
    projects: IS_MUTATED
      ? [UNIT_PROJECT]
      : [
          UNIT_PROJECT,
          postgres ? onEmbedded(ON_BOTH_DATABASES) : onEmbedded(CONTRACT.include),
          ...(postgres ? onPostgres(postgres) : []),
        ],
  },
});

function onEmbedded(include: string[]) {
  return { test: { ...CONTRACT, include, name: 'contract', env: { TEST_DATABASE_URL: '' } } };
}

/** The databases share nothing, so both run side by side. */
function onPostgres(TEST_DATABASE_URL: string) {
  const include = globSync(TESTS).filter((path) => NEEDS_DATABASE.test(readFileSync(path, 'utf8')));
  return [
    { test: { ...UNIT, name: 'unit-postgres', include, env: { ...UNIT.env, TEST_DATABASE_URL } } },
    { test: { ...CONTRACT, name: 'contract-postgres', env: { TEST_DATABASE_URL } } },
  ];
}

function rank({ moduleId }: TestSpecification): number {
  const place = SLOWEST.findIndex((name) => moduleId.endsWith(`/${name}.contract.ts`));
  return place < 0 ? SLOWEST.length : place;
}
