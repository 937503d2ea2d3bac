import { EventBatchBuilder, rowOf } from '@heartwood/event'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { sortedRows } from '../src/segments/append/row-order.ts'

const row = fc.record({
  service: fc.option(fc.constantFrom('a', 'b', 'B', '\u{1f600}', '\uffff'), { nil: undefined }),
  // Near each other, so that a double holds the distance, and anywhere.
  timestamp: fc.oneof(
    fc.bigInt({ min: 1_795_392_000_000_000_000n, max: 1_795_392_000_000_000_003n }),
    fc.bigInt({ min: -3n, max: 3n }),
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  ),
})

it('rows are in the order of service (none first), time and id, and each is there once', () => {
  fc.assert(
    fc.property(fc.array(row, { minLength: 1, maxLength: 60 }), fc.boolean(), (drafts, near) => {
      const builder = new EventBatchBuilder()
      for (const [index, { service, timestamp }] of drafts.entries()) {
        const time = near ? BigInt.asIntN(2, timestamp) : timestamp
        builder.add({ id: `id-${(index * 7) % 60}`, timestamp: time, observed_at: 0n, service })
      }
      const batch = builder.finish()
      const rows = Uint32Array.from(drafts.keys()).reverse()
      const sorted = sortedRows(batch, rows)
      expect([...sorted].sort((a, b) => a - b)).toEqual([...drafts.keys()])
      for (let i = 1; i < sorted.length; i++) {
        const before = rowOf(batch, sorted[i - 1] ?? 0)
        const after = rowOf(batch, sorted[i] ?? 0)
        const compared =
          Buffer.compare(Buffer.from(before.service ?? ''), Buffer.from(after.service ?? '')) ||
          compare(before.timestamp, after.timestamp) ||
          compare(before.id, after.id)
        expect(compared).toBeLessThanOrEqual(0)
      }
    }),
    { numRuns: 300 },
  )
})

function compare<T extends string | bigint>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0
}
