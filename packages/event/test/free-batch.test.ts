import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  concatBatches,
  type EventBatch,
  EventBatchBuilder,
  freeBatch,
  freeBytes,
  freeRows,
  rowsOf,
  selectRows,
} from '../src/index.ts'

const ROWS = 20_000

function batchFrom(first: number) {
  const builder = new EventBatchBuilder()
  for (let row = first; row < first + ROWS; row++) {
    builder.add({
      id: `b-${row}`,
      timestamp: BigInt(row),
      observed_at: 1n,
      message: `message ${row} of the batch`,
      attributes: { number: row, share: row / 3, isEven: row % 2 === 0, path: `/orders/${row}` },
    })
  }
  return builder.finish()
}

/** All that the rows hold, as one text. */
function textOf(batch: EventBatch): string {
  return Array.from(rowsOf(batch), ({ timestamp, message, attributes }) =>
    [timestamp, message, ...Object.values(attributes)].join(' '),
  ).join('\n')
}

test('giving back what was joined or selected leaves alone what it was made from', () => {
  const batches = [batchFrom(0), batchFrom(ROWS)]
  const before = batches.map(textOf)
  const joined = concatBatches(batches)
  const selected = selectRows(
    joined,
    Uint32Array.from({ length: ROWS }, (_, row) => row * 2),
  )
  const rows = textOf(joined)
  freeRows(selected)
  expect(textOf(joined)).toBe(rows)
  freeBatch(joined)
  expect(batches.map(textOf)).toEqual(before)
})

test('what was given back is empty, all of it', () => {
  const joined = concatBatches([batchFrom(0), batchFrom(ROWS)])
  freeBatch(joined)
  const { bytes, starts } = joined.text.get('message')?.values.utf8() ?? {}
  expect(joined.timestamp).toHaveLength(0)
  expect(joined.id.codes).toHaveLength(0)
  expect(joined.attributes.get('number')?.int64?.values).toHaveLength(0)
  expect([bytes?.length, starts?.length]).toEqual([0, 0])
  // A second time is as good as once.
  freeBatch(joined)
})

test('a buffer that may have others in it is never given back', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 100_000 }), (length) => {
      const neighbour = Buffer.from('neighbour')
      const bytes = Buffer.concat([Buffer.alloc(length, 1)])
      const later = Buffer.from('later')
      freeBytes(bytes)
      expect([neighbour.toString(), later.toString()]).toEqual(['neighbour', 'later'])
    }),
  )
})
