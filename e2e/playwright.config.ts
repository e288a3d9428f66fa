import { fileURLToPath } from 'node:url';
import { defineConfig } from 'playwright/test';
import { CHROMIUM_ARGS, obtainBrowser } from '../scripts/browser.ts';
import { REPEAT } from './fixtures/repeat.ts';

/**
 * `e2e/*.spec.ts` in a real Chromium against a production build. Each worker starts a server of its own;
 * `BASE_URL=https://orders.example` points them at a deployment instead, and skips what needs its own server.
 */
export default defineConfig({
  testDir: fileURLToPath(new URL('.', import.meta.url)),
  testMatch: '*.spec.ts',
  outputDir: fileURLToPath(new URL('../test-results', import.meta.url)),
  globalSetup: process.env.BASE_URL ? undefined : fileURLToPath(new URL('./contract/set-up.ts', import.meta.url)),
  // Repeated, a file takes so long that one worker would be left alone with the last one.
  fullyParallel: REPEAT > 1,
  workers: 2,
  retries: 0,
  forbidOnly: Boolean(process.env.CI),
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: 'list',
  use: {
    browserName: 'chromium',
    launchOptions: { executablePath: obtainBrowser(), args: CHROMIUM_ARGS },
    // Recording costs a quarter of the time: `--trace retain-on-failure` where one is wanted.
    trace: 'off',
    screenshot: 'only-on-failure',
  },
});
