import { expect, test } from 'vitest'
import { keepRetiring, RETIRE_LEASE } from '../src/retiring/retiring.ts'
import { outcomeTeller } from '../src/retiring/start-retiring.ts'

const NOTHING = { ranges: [], dropped: 0, obstacles: [] }

/** Leases as the database keeps them, of which `holder` has the one. */
function leases(holder: { owner: string | undefined }) {
  return {
    async take(owner: string) {
      if (holder.owner !== undefined) return []
      holder.owner = owner
      return [{ name: RETIRE_LEASE, epoch: 1n }]
    },
    renew: async () => [],
    async release(owner: string) {
      if (holder.owner === owner) holder.owner = undefined
    },
  }
}

test('of several archivers one at a time retires, a round that fails is followed by another, and it ends when it is told to', async () => {
  const holder: { owner: string | undefined } = { owner: undefined }
  const stop = new AbortController()
  let running = 0
  let rounds = 0
  const failures: unknown[] = []
  const run = (owner: string) =>
    keepRetiring({
      leases: leases(holder),
      owner,
      async retire() {
        expect(++running).toBe(1)
        await new Promise(setImmediate)
        running--
        if (++rounds === 8) stop.abort()
        if (rounds % 3 === 0) throw new Error('away')
        return NOTHING
      },
      told: () => {},
      failed: (error) => failures.push(error),
      everyMillis: 1,
      leaseMillis: 1_000,
      signal: stop.signal,
    })
  await Promise.all([run('a'), run('b'), run('c')])
  expect(rounds).toBeGreaterThanOrEqual(8)
  expect(failures.length).toBeGreaterThan(1)
  expect(holder.owner).toBeUndefined()
})

test('what stands in the way is said once, and again when it changes', () => {
  const told: string[] = []
  const tell = outcomeTeller(({ level, message }) => told.push(`${level}: ${message}`))
  const stays = { ...NOTHING, obstacles: ['2026-10-26 stays hot'] }
  tell(stays)
  tell(stays)
  tell({ ...NOTHING, ranges: [{ from: 0n, to: 86_400_000_000_000n }], dropped: 7 })
  tell(stays)
  expect(told).toEqual([
    'warn: 2026-10-26 stays hot',
    'info: the archive answers from now on up to 1970-01-01',
    'info: 7 events left Elasticsearch, which the archive has',
    'warn: 2026-10-26 stays hot',
  ])
})
