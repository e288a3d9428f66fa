import { defineConfig } from 'playwright/test';
import { REPEAT } from './e2e/fixtures/repeat.ts';
import { CHROMIUM_ARGS, obtainBrowser } from './e2e/support/browser.ts';

/**
 * `e2e/*.spec.ts` in a real Chromium against a production build. Each worker starts a server of its own;
 * `BASE_URL=https://orders.example` points them at a deployment instead, and skips what needs its own server.
 */
export default defineConfig({
  testDir: './e2e',
  testMatch: '*.spec.ts',
  globalSetup: process.env.BASE_URL ? undefined : './e2e/support/set-up.ts',
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
