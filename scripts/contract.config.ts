import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { QUICK_START } from './set-up.mjs';

/** These take longest; begun last, they would leave the machine idle at the end. */
const LONG = ['crash', 'process', 'hostile-clients', 'fuzz', 'operators', 'outage', 'instances', 'guessing'];

/** `e2e/contract/*.contract.ts`: what every HTTP client sees, asked of a really started production server, on each of the two databases. */
export default defineConfig({
  test: {
    root: fileURLToPath(new URL('..', import.meta.url)),
    globalSetup: fileURLToPath(new URL('../e2e/contract/set-up.ts', import.meta.url)),
    // Each file starts a server of its own, of some hundred megabytes, and waits a good part of its time.
    maxWorkers: 4,
    sequence: {
      sequencer: class extends BaseSequencer {
        override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
          return files.toSorted((a, b) => rank(a) - rank(b));
        }
      },
    },
    projects: [
      { extends: true, test: forDatabase('embedded', '') },
      { extends: true, test: forDatabase('postgres', process.env.TEST_DATABASE_URL ?? '') },
    ],
  },
});

/** Both run side by side: their servers share nothing. */
function forDatabase(name: string, url: string) {
  return {
    name,
    include: ['e2e/contract/**/*.contract.ts'],
    execArgv: QUICK_START,
    environment: 'node',
    env: { TEST_DATABASE_URL: url },
    testTimeout: 120_000,
    hookTimeout: 180_000,
  };
}

function rank({ moduleId }: TestSpecification): number {
  const place = LONG.findIndex((name) => moduleId.endsWith(`/${name}.contract.ts`));
  return place < 0 ? LONG.length : place;
}
