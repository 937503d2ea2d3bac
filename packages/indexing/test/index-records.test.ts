import { type RecordHeader, rowsOf } from '@heartwood/event'
import { STANDARD_STEPS, type Step } from '@heartwood/pipeline'
import { expect, test } from 'vitest'
import { indexRecords } from '../src/index-records.ts'

const NOW = 1_795_392_000_000_000_000n

function recordOf(batchId: string, lines: readonly unknown[], changes: Partial<RecordHeader> = {}) {
  const body = Buffer.from(lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
  const header: RecordHeader = {
    version: 1,
    door: 'json',
    framing: 'ndjson',
    encoding: 'identity',
    received_at: String(NOW),
    batch_id: batchId,
    client_batch: false,
    defaults: {},
    records: lines.length,
    refused: [],
    bytes: body.length,
    ...changes,
  }
  return { header, body }
}

const picky: Step = {
  name: 'picky',
  run(batch) {
    const poison = [...rowsOf(batch)].find(({ attributes }) => attributes.kind === 'poison')
    if (poison !== undefined) throw new Error(`cannot take ${poison.id}`)
    return { batch }
  },
}

test('records that came the same way are one batch, others another, and each keeps its rows in order', async () => {
  const records = [
    recordOf('a', [{ n: 1 }, { n: 2 }]),
    recordOf('b', []),
    recordOf('c', [{ n: 3 }]),
    recordOf('d', [{ n: 4 }], { defaults: { service: 's' } }),
    recordOf('e', [{ n: 5 }]),
  ]
  const indexed = await indexRecords(records, STANDARD_STEPS, NOW)
  expect(indexed.map(({ records }) => records.map(({ rows }) => rows))).toEqual([[2, 0, 1], [1], [1]])
  expect(
    indexed.flatMap(({ batch }) => [...rowsOf(batch)].map(({ id, attributes }) => [id, attributes.n])),
  ).toEqual([
    ['a-000000', 1],
    ['a-000001', 2],
    ['c-000000', 3],
    ['d-000000', 4],
    ['e-000000', 5],
  ])
})

test('dead letters are those of their record: damaged bodies, and rows that a step cannot take', async () => {
  const records = [
    recordOf('a', [{ kind: 'fine' }, { kind: 'poison' }]),
    recordOf('b', [{ kind: 'fine' }, { kind: 'fine' }], { records: 3 }),
    recordOf('c', [{ kind: 'poison' }, { kind: 'poison' }, { kind: 'fine' }]),
    recordOf('d', [{ kind: 'fine' }], { encoding: 'gzip' }),
  ]
  const [indexed, ...more] = await indexRecords(records, [picky], NOW)
  expect(more).toEqual([])
  expect(
    indexed?.records.map(({ rows, deadLetters }) => [rows, deadLetters.map(({ id, step }) => [id, step])]),
  ).toEqual([
    [1, [['a-000001', 'picky']]],
    [0, [['b-000000', 'decode']]],
    [
      1,
      [
        ['c-000000', 'picky'],
        ['c-000001', 'picky'],
      ],
    ],
    [0, [['d-000000', 'decode']]],
  ])
  expect([...rowsOf(indexed?.batch ?? expect.fail())].map(({ id }) => id)).toEqual(['a-000000', 'c-000002'])
})
