import { defineConfig } from 'vitest/config'

/** The tests that want a real Kafka, Elasticsearch or PostgreSQL: `npm run test:cluster`. */
export default defineConfig({
  test: {
    include: [
      'packages/*/test/**/*.cluster.test.ts',
      'apps/*/test/**/*.cluster.test.ts',
      'e2e/**/*.cluster.test.ts',
    ],
    globalSetup: ['scripts/stack/shared-servers.ts'],
    // What a server takes to get there is no property of the product: a busy machine must not decide.
    testTimeout: 700_000,
    hookTimeout: 700_000,
    expect: { poll: { timeout: 180_000, interval: 50 } },
    maxWorkers: 2,
  },
})
