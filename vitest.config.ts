import { defineConfig } from 'vitest/config'

declare module 'vitest' {
  interface ProvidedContext {
    /** Whether all cases are tried of what has very many: `npm run test:all`. */
    readonly thorough: boolean
  }
}

export default defineConfig({
  test: {
    include: [
      'packages/*/test/**/*.test.ts',
      'apps/*/test/**/*.test.ts',
      'scripts/test/**/*.test.ts',
      'e2e/test/**/*.test.ts',
    ],
    // With servers and programs of other makers: vitest.cluster.config.ts, vitest.deploy.config.ts.
    exclude: ['**/node_modules/**', '**/*.cluster.test.ts', '**/*.engines.test.ts', '**/*.deploy.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
    provide: { thorough: process.env.HEARTWOOD_TEST_THOROUGH === 'true' },
  },
})
