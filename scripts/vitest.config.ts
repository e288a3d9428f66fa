import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { QUICK_START } from './set-up.mjs';

/** `*.test.ts` beside the code; the contract tests (`*.contract.ts`) have a configuration of their own, since they need a started server. */
export default defineConfig({
  test: {
    root: fileURLToPath(new URL('..', import.meta.url)),
    include: ['{app,lib,scripts}/**/*.test.{ts,tsx}'],
    environment: 'node',
    execArgv: QUICK_START,
    env: { LOG_LEVEL: 'silent' },
    // Vitest leaves one core idle unless told otherwise, which is half of a machine with two.
    maxWorkers: '100%',
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
