import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** `e2e/contract/*.contract.ts`: what every HTTP client sees, asked of a really started production server. */
export default defineConfig({
  test: {
    root: fileURLToPath(new URL('..', import.meta.url)),
    include: ['e2e/contract/**/*.contract.ts'],
    environment: 'node',
    globalSetup: fileURLToPath(new URL('../e2e/contract/set-up.ts', import.meta.url)),
    // Each file starts a server of its own, of some hundred megabytes.
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 180_000,
  },
});
