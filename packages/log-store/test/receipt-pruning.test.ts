import { NANOS_PER_DAY, type Nanos, rowsOf } from '@heartwood/event'
import { compilePredicate } from '@heartwood/query-lang'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { EVER, query } from '../src/contract/store-under-test.ts'
import type { ReadStats } from '../src/port.ts'
import { openSegmentsReader } from '../src/segments/open-reader.ts'
import { openSegmentsWriter } from '../src/segments/open-writer.ts'
import { outlineOf } from '../src/segments/questions/prune.ts'
import { batchOf, eventsOf, MIDNIGHT, temporaryFolder } from './segments/store-content.ts'

const now: Nanos = MIDNIGHT + NANOS_PER_DAY
const MILLI = 1_000_000n

/** A receipt time, in milliseconds after midnight. */
const receipt = fc.integer({ min: 0, max: 50 })
const comparison = fc
  .tuple(fc.constantFrom('>', '>=', '<', '<=', ':'), receipt)
  .map(([op, at]) => `observed_at${op}${MIDNIGHT / MILLI + BigInt(at)}`)
const { condition } = fc.letrec<{ condition: string }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 3 },
    comparison,
    fc.constantFrom('line', 'service:service-1', 'observed_at:*'),
    fc
      .tuple(tie('condition'), fc.constantFrom(' AND ', ' OR '), tie('condition'))
      .map(([one, operator, other]) => `(${one}${operator}${other})`),
    tie('condition').map((inner) => `NOT (${inner})`),
  ),
}))

it('no event that matches was received before the time from which segments are read', () => {
  fc.assert(
    fc.property(condition, receipt, (text, at) => {
      const observed_at = MIDNIGHT + BigInt(at) * MILLI
      const [event] = rowsOf(batchOf(eventsOf('a', 1).map((draft) => ({ ...draft, observed_at }))))
      fc.pre(event !== undefined)
      if (observed_at < outlineOf(query(text), now).receivedFrom) {
        expect(compilePredicate(query(text), now)(event)).toBe(false)
      }
    }),
    { numRuns: 2_000 },
  )
})

it('a question about what came lately looks at no segment of before', async () => {
  await using folder = await temporaryFolder()
  const writer = await openSegmentsWriter({
    dir: folder.dir,
    retentionDays: 36_500,
    maxBytes: 1e9,
    ballastBytes: 0,
  })
  // A day apart, so that background merges have no reason to join them.
  for (const [index, name] of ['old', 'new'].entries()) {
    const drafts = eventsOf(name, 3).map((draft) => ({
      ...draft,
      timestamp: MIDNIGHT - BigInt(1 - index) * 3n * NANOS_PER_DAY,
      observed_at: MIDNIGHT + BigInt(index) * NANOS_PER_DAY,
    }))
    await writer.append({
      partition: 0,
      from: index === 0 ? null : 1n,
      to: BigInt(index + 1),
      events: batchOf(drafts),
      deadLetters: [],
      batches: [],
    })
  }
  await writer.close()
  const reader = await openSegmentsReader({ dir: folder.dir })
  try {
    const read: ReadStats[] = []
    const { events } = await reader.search({
      query: query(`line observed_at>=${(MIDNIGHT + NANOS_PER_DAY) / MILLI}`),
      range: EVER,
      limit: 10,
      onRead: (stats) => read.push(stats),
    })
    expect(events.map(({ id }) => id).sort()).toEqual(['new-0', 'new-1', 'new-2'])
    expect(read.map(({ segments }) => segments)).toEqual([1])
  } finally {
    await reader.close()
  }
})
