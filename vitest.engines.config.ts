import { randomInt } from 'node:crypto'
import { defineConfig } from 'vitest/config'

declare module 'vitest' {
  interface ProvidedContext {
    /** Where generation begins, and which share of all pairs is tried. */
    readonly engines: { readonly seed: number; readonly share: number }
  }
}

const { HEARTWOOD_TEST_SEED, HEARTWOOD_TEST_SHARE } = process.env
const seed = HEARTWOOD_TEST_SEED === undefined ? randomInt(2 ** 31) : Number(HEARTWOOD_TEST_SEED)
console.log(`seed ${seed} (HEARTWOOD_TEST_SEED=${seed} tries the same again)`)

/** Many generated events and queries on all engines side by side: `npm run test:engines`. */
export default defineConfig({
  test: {
    include: ['packages/*/test/**/*.engines.test.ts'],
    globalSetup: ['scripts/stack/shared-servers.ts'],
    // A quarter of an hour on a quiet machine; how busy it is must not decide.
    testTimeout: 7_200_000,
    hookTimeout: 180_000,
    provide: { engines: { seed, share: Number(HEARTWOOD_TEST_SHARE ?? 1) } },
  },
})
