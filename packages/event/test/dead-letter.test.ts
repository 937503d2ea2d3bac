import { expect, test } from 'vitest'
import { originalHeader, RecordHeader, reasonKind, replayHeader } from '../src/index.ts'

const HEADER: RecordHeader = {
  version: 1,
  door: 'json',
  framing: 'ndjson',
  encoding: 'gzip',
  received_at: '1718452800000000000',
  batch_id: 'b1',
  client_batch: true,
  defaults: { service: 'shop' },
  records: 3,
  refused: [1],
  bytes: 9,
}

test('reasons that differ only in numbers, ids and quoted text are of one kind', () => {
  expect(reasonKind('the body has 2 records, not 31')).toBe(reasonKind('the body has 40 records, not 3'))
  expect(reasonKind('cannot take "a \\" b" at 7f3e-11')).toBe('cannot take … at #')
  expect(reasonKind('x'.repeat(10_000)).length).toBeLessThanOrEqual(120)
})

test('a replay has a name that follows from letter and attempt, and keeps receipt time and batch of the original', () => {
  const original = { header: HEADER, body: '' }
  const first = replayHeader({ id: 'b1-000000', attempts: 1 }, original)
  expect(RecordHeader.parse(first)).toEqual(first)
  expect(first.received_at).toBe(HEADER.received_at)
  expect(replayHeader({ id: 'b1-000000', attempts: 1 }, original)).toEqual(first)
  expect(replayHeader({ id: 'b1-000000', attempts: 2 }, original).batch_id).not.toBe(first.batch_id)
  expect(originalHeader(first)).toEqual({ ...HEADER, version: 2 })
})

test('the longest id that a client can give still makes a name that a record can have', () => {
  const batch_id = 'x'.repeat(200)
  const header = replayHeader(
    { id: `${batch_id}-1000000`, attempts: 1_000_000 },
    { header: { ...HEADER, batch_id }, body: '' },
  )
  expect(RecordHeader.safeParse(header).success).toBe(true)
})
