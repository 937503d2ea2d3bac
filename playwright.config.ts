import { defineConfig } from '@playwright/test'
import { CHROMIUM_LAUNCH } from './e2e/chromium.ts'

/** The browser stories: real apps, a real Chromium. HEARTWOOD_CHROMIUM names another one. */
export default defineConfig({
  testDir: 'e2e/stories',
  outputDir: 'test-results',
  // One Heartwood serves all stories that do not need their own; more at once would only wait for each other.
  workers: 1,
  // Generous, since a machine that is busy with other things is no fault of the product.
  timeout: 180_000,
  expect: { timeout: 30_000 },
  forbidOnly: true,
  reporter: [['list']],
  use: {
    locale: 'en-GB',
    // Not UTC, so that a time in the wrong zone is seen.
    timezoneId: 'Asia/Kolkata',
    viewport: { width: 1280, height: 800 },
    trace: 'retain-on-failure',
    screenshot: 'only-on-failure',
    launchOptions: CHROMIUM_LAUNCH,
  },
})
