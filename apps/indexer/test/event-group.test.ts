import { type EventBatch, EventBatchBuilder, rowsOf } from '@heartwood/event'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { EventGroup } from '../src/groups/event-group.ts'
import type { GroupLimits } from '../src/groups/group-limits.ts'
import {
  appendOf,
  eventsOf,
  freeEvents,
  halvesOf,
  type ReadBatch,
  type ReadRecord,
} from '../src/groups/read-batch.ts'
import { MOST_JOINED } from '../src/groups/show-plan.ts'

const LIMITS: GroupLimits = {
  rows: 1000,
  bytes: 1_000_000,
  cells: 2000,
  millis: 30_000,
  letterMillis: 1_000,
  showMillis: 150,
}

function batch(position: bigint, rows: number, keys: readonly string[] = ['a'], letters = 0): ReadBatch {
  return batchOf([[position, rows]], keys, letters)
}

/** A batch of records at these positions with so many rows each. */
function batchOf(
  records: readonly (readonly [bigint, number])[],
  keys: readonly string[] = ['a'],
  letters = 0,
): ReadBatch {
  const builder = new EventBatchBuilder()
  const attributes = Object.fromEntries(keys.map((key) => [key, 1]))
  for (const [position, rows] of records) {
    for (let row = 0; row < rows; row++) {
      builder.add({ id: `b${position}-${row}`, timestamp: 0n, observed_at: 0n, attributes })
    }
  }
  return {
    records: records.map(([position, events]): ReadRecord => {
      const batch_id = `b${position}`
      const receipt = { batch_id, received_at: 0n, events, dead_letters: letters }
      const letter = {
        id: `${batch_id}-0`,
        at: '',
        door: 'json',
        step: 's',
        reason: '',
        sample: '',
        records: 1,
        attempts: 1,
      }
      const deadLetters = Array.from({ length: letters }, () => letter)
      return { position, events, deadLetters, receipt, bytes: 100, receivedAt: 0n }
    }),
    events: builder.finish(),
  }
}

function idsOf(events: EventBatch): string {
  return Array.from(rowsOf(events), ({ id }) => id).join()
}

function groupOf(batches: readonly (readonly [ReadBatch, number])[], from: bigint | null = null): EventGroup {
  const group = new EventGroup(from, LIMITS, batches[0]?.[1] ?? 0)
  for (const [one, at] of batches) group.add(one, at)
  return group
}

test('a group with few keys is full by its rows', () => {
  const group = new EventGroup(null, LIMITS, 0)
  group.add(batch(1n, 999), 0)
  expect(group.full).toBe(false)
  group.add(batch(2n, 1), 0)
  expect(group.full).toBe(true)
})

test('a group whose records bring keys of their own is full before its columns take much memory', () => {
  const group = new EventGroup(null, LIMITS, 0)
  group.add(batch(1n, 20, ['a', 'b']), 0)
  expect(group.full).toBe(false)
  const madeUp = Array.from({ length: 60 }, (_, key) => `made-up-${key}`)
  group.add(batch(2n, 20, madeUp), 0)
  expect(group.full).toBe(true)
})

test('a batch that would make a group with many rows wide has to wait for the next, alone it is taken', () => {
  const madeUp = Array.from({ length: 30 }, (_, key) => `made-up-${key}`)
  const wide = batch(2n, 90, madeUp)
  const group = new EventGroup(null, LIMITS, 0)
  expect(group.takes(wide)).toBe(true)
  group.add(batch(1n, 500), 0)
  expect(group.takes(batch(2n, 400))).toBe(true)
  expect(group.takes(wide)).toBe(false)
})

test('a group is committed after its time, and soon after its first dead letter', () => {
  const group = groupOf([
    [batch(1n, 1), 100],
    [batch(2n, 1), 5_000],
  ])
  expect(group.sealAt).toBe(30_100)
  group.add(batch(3n, 1, ['a'], 1), 6_000)
  group.add(batch(4n, 1, ['a'], 1), 6_500)
  expect(group.sealAt).toBe(7_000)
})

test('rows are shown a moment after the first of them came, and again when more have come', () => {
  const group = groupOf([
    [batch(1n, 1), 100],
    [batch(2n, 1), 200],
  ])
  expect(group.showAt).toBe(250)
  const next = group.nextShow
  expect(next).toMatchObject({ from: null, to: 2n })
  group.add(batch(3n, 1), 400)
  if (next !== undefined) group.shown(next)
  expect(group.showAt).toBe(550)
})

test('rows that will be committed right away are not shown before, unless that does not come about', () => {
  const group = groupOf([
    [batch(1n, 400), 100],
    [batch(2n, 400), 200],
  ])
  // 800 rows within 100 ms: the last 200 of 1,000 are here before the show would be over.
  expect(group.showAt).toBe(400)
})

test('what stands shown at any time joins on, covers all, and is little', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 200 }), (sizes) => {
      const group = new EventGroup(7n, { ...LIMITS, rows: 1e9, cells: 1e9 }, 0)
      let standing: { from: bigint | null; to: bigint; rows: number }[] = []
      let written = 0
      let total = 0
      for (const [index, rows] of sizes.entries()) {
        group.add(batch(BigInt(index + 10), rows), 0)
        total += rows
        const next = group.nextShow
        if (next === undefined) throw new Error('there is something to show')
        const shown = eventsOf(next.batches).length
        written += shown
        const begins = standing.findIndex(({ from }) => from === next.from)
        standing = begins < 0 ? standing : standing.slice(0, begins)
        expect(next.from).toBe(standing.at(-1)?.to ?? 7n)
        standing.push({ from: next.from, to: next.to, rows: shown })
        group.shown(next)
        expect(group.nextShow).toBeUndefined()
        expect(group.shows).toBe(standing.length)
        expect(standing.reduce((sum, one) => sum + one.rows, 0)).toBe(total)
        // Each has more rows than the one behind it, and more than all that have been put to that since; or they are large.
        const large = (total * 2) / MOST_JOINED
        expect(standing.length).toBeLessThanOrEqual(Math.log2(total) + 2 + large)
        expect(shown).toBeLessThanOrEqual(MOST_JOINED)
      }
      expect(written).toBeLessThanOrEqual(total * (Math.log2(total) + 2))
    }),
    { numRuns: 50 },
  )
})

test('a commit brings every record in its place, with all rows in order', () => {
  const batches = [
    batchOf([
      [11n, 2],
      [12n, 0],
    ]),
    batchOf([[13n, 3]]),
  ]
  const append = appendOf(2, 10n, batches)
  expect(append).toMatchObject({ partition: 2, from: 10n, to: 13n })
  expect([...rowsOf(append.events)].map(({ id }) => id)).toEqual([
    'b11-0',
    'b11-1',
    'b13-0',
    'b13-1',
    'b13-2',
  ])
  expect(append.batches.map(({ batch_id }) => batch_id)).toEqual(['b11', 'b12', 'b13'])
})

test('what was joined for a commit can be given back, and the batches are whole for another try', () => {
  const batches = [batch(11n, 9_000), batch(12n, 9_000)]
  const first = appendOf(2, 10n, batches)
  const ids = idsOf(first.events)
  freeEvents(first.events, batches)
  expect(first.events.timestamp).toHaveLength(0)
  const second = appendOf(2, 10n, batches)
  expect(idsOf(second.events)).toBe(ids)
})

test('the events of a single batch are not given back: another try needs them', () => {
  const batches = [batch(11n, 20_000), batch(12n, 0)]
  const { events } = appendOf(2, 10n, batches)
  freeEvents(events, batches)
  expect(eventsOf(batches).timestamp).toHaveLength(20_000)
})

test('halves of a commit have each record once, with its own rows, down to single records', () => {
  const shapes = fc.array(fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 6 }), {
    minLength: 1,
    maxLength: 5,
  })
  fc.assert(
    fc.property(shapes, (sizes) => {
      let position = 0n
      const batches = sizes.map((rows) => batchOf(rows.map((count) => [++position, count] as const)))
      const singles = leaves(batches)
      expect(singles.map(({ records }) => records.map((record) => record.position))).toEqual(
        Array.from({ length: Number(position) }, (_, index) => [BigInt(index + 1)]),
      )
      for (const { records, events } of singles) {
        const [record] = records
        expect([...rowsOf(events)].map(({ id }) => id)).toEqual(
          Array.from({ length: record?.events ?? 0 }, (_, row) => `b${record?.position}-${row}`),
        )
      }
    }),
  )
})

function leaves(batches: readonly ReadBatch[]): readonly ReadBatch[] {
  const halves = halvesOf(batches)
  return halves === undefined ? batches : halves.flatMap(leaves)
}
