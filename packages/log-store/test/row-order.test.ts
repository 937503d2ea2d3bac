import { EventBatchBuilder, LEVELS, type LogEvent, rowOf } from '@heartwood/event'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { sortedRows } from '../src/segments/append/row-order.ts'

const row = fc.record({
  severity_number: fc.constantFrom(0, 9, 10, 17),
  service: fc.option(fc.constantFrom('a', 'b', 'B', '\u{1f600}', '\uffff'), { nil: undefined }),
  // Near each other, so that a double holds the distance, and anywhere.
  timestamp: fc.oneof(
    fc.bigInt({ min: 1_795_392_000_000_000_000n, max: 1_795_392_000_000_000_003n }),
    fc.bigInt({ min: -3n, max: 3n }),
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  ),
})

it('rows are in slices of time, each later than those before, and in a slice in the order of level, service (none first), time and id', () => {
  fc.assert(
    fc.property(
      fc.array(row, { minLength: 1, maxLength: 60 }),
      fc.boolean(),
      fc.constantFrom(4, 8, 4096),
      (drafts, near, sliceRows) => {
        const builder = new EventBatchBuilder()
        for (const [index, { severity_number, service, timestamp }] of drafts.entries()) {
          const time = near ? BigInt.asIntN(2, timestamp) : timestamp
          builder.add({
            id: `id-${(index * 7) % 60}`,
            timestamp: time,
            observed_at: 0n,
            severity_number,
            service,
          })
        }
        const batch = builder.finish()
        const rows = Uint32Array.from(drafts.keys()).reverse()
        const sorted = sortedRows(batch, rows, sliceRows)
        expect([...sorted].sort((a, b) => a - b)).toEqual([...drafts.keys()])
        const events = Array.from(sorted, (row) => rowOf(batch, row))
        const starts = events.flatMap((event, at) => (at > 0 && isBehind(events[at - 1], event) ? [at] : []))
        expect(starts.length).toBeLessThan(Math.max(1, Math.round(drafts.length / sliceRows)))
        for (const start of starts) {
          const newestBefore = events.slice(0, start).map(({ timestamp }) => timestamp)
          for (const { timestamp } of events.slice(start))
            expect(newestBefore.every((before) => before < timestamp)).toBe(true)
        }
      },
    ),
    { numRuns: 300 },
  )
})

it('a slice has about as many rows as it should, however unevenly they lie in time', () => {
  const builder = new EventBatchBuilder()
  for (let index = 0; index < 1000; index++)
    builder.add({
      id: `id-${index}`,
      timestamp: BigInt(index) ** 5n,
      observed_at: 0n,
      service: `s${index % 2}`,
    })
  const batch = builder.finish()
  const sorted = sortedRows(
    batch,
    Uint32Array.from({ length: 1000 }, (_, row) => (row * 7) % 1000),
    100,
  )
  const services = Array.from(sorted, (row) => rowOf(batch, row).service)
  const starts = services.flatMap((service, at) =>
    at === 0 || (service === 's0' && services[at - 1] === 's1') ? [at] : [],
  )
  expect(starts).toEqual([0, 100, 200, 300, 400, 500, 600, 700, 800, 900])
})

/** Whether a row comes behind another one in the order of a slice. */
function isBehind(one: LogEvent | undefined, other: LogEvent): boolean {
  const compared =
    compare(LEVELS.indexOf(one?.level ?? 'unknown'), LEVELS.indexOf(other.level)) ||
    Buffer.compare(Buffer.from(one?.service ?? ''), Buffer.from(other.service ?? '')) ||
    compare(one?.timestamp ?? 0n, other.timestamp) ||
    compare(one?.id ?? '', other.id)
  return compared > 0
}

function compare<T extends string | number | bigint>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0
}
