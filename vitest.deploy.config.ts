import { defineConfig } from 'vitest/config'

/** What is under deploy/, with the programs that read it: Helm, Docker Compose's loader, systemd. `npm run test:deploy`. */
export default defineConfig({
  test: {
    include: ['scripts/test/**/*.deploy.test.ts'],
    // Go builds Helm the first time.
    testTimeout: 1_200_000,
    hookTimeout: 1_200_000,
    maxWorkers: 1,
  },
})
