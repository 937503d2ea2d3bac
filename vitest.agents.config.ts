import { defineConfig } from 'vitest/config'

/** Agents of other makers that send to us: `npm run test:agents`. */
export default defineConfig({
  test: {
    include: ['e2e/**/*.agents.test.ts'],
    globalSetup: ['scripts/stack/shared-servers.ts'],
    // Go builds them the first time.
    testTimeout: 2_400_000,
    hookTimeout: 2_400_000,
    maxWorkers: 1,
  },
})
