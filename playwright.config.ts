import { defineConfig } from '@playwright/test';
import { BROWSER_ARGS } from './scripts/lib/find-browser.mjs';

const port = Number(process.env.SEGUE_E2E_PORT ?? '3999');
const baseURL = `http://127.0.0.1:${port}`;
const executablePath = process.env.CHROMIUM_PATH ?? '';

/** One production server for all files, with data of its own; `npm test` gives the port and the folders. */
export default defineConfig({
  testDir: 'e2e',
  outputDir: 'test-results',
  globalSetup: './e2e/support/global-setup.ts',
  fullyParallel: false,
  workers: 1,
  retries: 0,
  forbidOnly: true,
  timeout: 120_000,
  expect: { timeout: 15_000 },
  reporter: 'list',
  // The tour begins as a newcomer does, with nothing there: it runs before the stories that leave something.
  projects: [
    { name: 'tour', testMatch: 'tour.spec.ts' },
    { name: 'stories', testIgnore: 'tour.spec.ts' },
  ],
  use: {
    baseURL,
    browserName: 'chromium',
    viewport: { width: 1440, height: 900 },
    // What was done and when. Pictures and copies of every page cost time; the last picture is there.
    trace: { mode: 'retain-on-failure', screenshots: false, snapshots: false },
    screenshot: 'only-on-failure',
    launchOptions: { args: BROWSER_ARGS, ...(executablePath === '' ? {} : { executablePath }) },
  },
  webServer: {
    command: 'node scripts/start.mjs',
    url: baseURL,
    timeout: 300_000,
    reuseExistingServer: false,
    stdout: 'pipe',
    gracefulShutdown: { signal: 'SIGTERM', timeout: 20_000 },
    env: {
      HOST: '127.0.0.1',
      PORT: String(port),
      DATABASE_URL: '',
      SEGUE_DATA: process.env.SEGUE_E2E_DATA ?? '.segue-e2e',
      NEXT_DIST_DIR: process.env.SEGUE_E2E_DIST_DIR ?? '.next-test',
    },
  },
});
