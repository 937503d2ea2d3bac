import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { isoFromNanos, type LogEvent } from '@heartwood/event'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { record } from '../src/export/csv.ts'
import { event, NOW, someEvents } from './events.ts'
import { errorOf, startQuery, type TestApp } from './query-app.ts'

/** What DuckDB reads in a file with this content; `from` is the rest of the statement, with FILE for its name. */
async function read(content: Uint8Array | string, from: string) {
  const dir = await mkdtemp(join(tmpdir(), 'heartwood-export-'))
  try {
    const file = join(dir, 'export')
    await writeFile(file, content)
    const instance = await DuckDBInstance.create(':memory:')
    const connection = await instance.connect()
    const result = await connection.runAndReadAll(`SELECT * FROM ${from.replace('FILE', `'${file}'`)}`)
    const answer = {
      names: result.columnNames(),
      types: result.columnTypes().map(String),
      rows: result.getRowsJS(),
    }
    connection.closeSync()
    instance.closeSync()
    return answer
  } finally {
    await rm(dir, { recursive: true })
  }
}

const CSV =
  "read_csv(FILE, all_varchar = true, header = true, delim = ',', quote = '\"', escape = '\"', auto_detect = false, columns = "

async function exported(app: TestApp, parameters: Record<string, string>) {
  const response = await app.get(`/api/v1/export?${new URLSearchParams(parameters)}`)
  expect(response.status).toBe(200)
  return { headers: response.headers, bytes: Buffer.from(await response.arrayBuffer()) }
}

const MIXED: readonly LogEvent[] = [
  event('a', {
    timestamp: NOW - 3n,
    service: 'shop',
    message: 'said "hello", twice\nand more',
    attributes: { size: 9_007_199_254_740_993n, ratio: 2, ok: true, mixed: 'text', tags: ['x', 'y'] },
  }),
  event('b', {
    timestamp: NOW - 2n,
    message: 'ü \u{1f600}',
    attributes: { size: -5, ratio: 0.5, ok: false, mixed: 7 },
  }),
  event('c', { timestamp: NOW - 1n, message: '=HYPERLINK("x")', resource: { 'host.arch': 'arm' } }),
]

test('csv has a header and the chosen fields in their order, as other programs read them', async () => {
  await using app = await startQuery()
  await app.append(MIXED)
  const columns = 'time,message,size,ok,tags,nowhere'
  const { headers, bytes } = await exported(app, { format: 'csv', columns, order: 'oldest' })
  expect(headers.get('content-type')).toMatch(/^text\/csv/)
  expect(headers.get('content-disposition')).toBe('attachment; filename="logs.csv"')
  expect(bytes.toString().split('\r\n')[0]).toBe(columns)
  const types = columns.split(',').map((name) => `'${name}': 'VARCHAR'`)
  const { names, rows } = await read(bytes, `${CSV}{${types.join(', ')}})`)
  expect(names).toEqual(columns.split(','))
  expect(rows).toEqual([
    [isoFromNanos(NOW - 3n), 'said "hello", twice\nand more', '9007199254740993', 'true', '["x","y"]', null],
    [isoFromNanos(NOW - 2n), 'ü \u{1f600}', '-5', 'false', null, null],
    [isoFromNanos(NOW - 1n), `'=HYPERLINK("x")`, null, null, null, null],
  ])
})

test('no text of a csv begins as a formula does, and every text comes back', () => {
  const text = fc.oneof(
    fc.string({ unit: fc.constantFrom('=', '+', '-', '@', '\t', '\r', '\n', '"', ',', "'", 'a', ' ') }),
    fc.string({ unit: 'binary' }),
  )
  fc.assert(
    fc.property(fc.array(text, { minLength: 1, maxLength: 5 }), (values) => {
      const cells = cellsOf(record(values))
      expect(cells).toHaveLength(values.length)
      for (const [index, cell] of cells.entries()) {
        expect(cell).not.toMatch(/^[=+\-@\t\r\n]/)
        const value = values[index] ?? ''
        expect(cell).toBe(/^[=+\-@\t\r\n]/.test(value) ? `'${value}` : value)
      }
    }),
  )
  expect(record([-5, 7n, true, undefined, '-5'])).toBe("-5,7,true,,'-5\r\n")
})

test('parquet keeps types, times to the nanosecond and integers exact', async () => {
  await using app = await startQuery()
  await app.append(MIXED)
  const { headers, bytes } = await exported(app, {
    format: 'parquet',
    columns: 'time,size,ratio,ok,mixed,message,resource.host.arch,nowhere',
    order: 'oldest',
  })
  expect(headers.get('content-type')).toBe('application/vnd.apache.parquet')
  const { names, types, rows } = await read(
    bytes,
    '(SELECT epoch_ns("time"::TIMESTAMP_NS) AS nanos, * FROM read_parquet(FILE))',
  )
  expect(names.slice(2)).toEqual(['size', 'ratio', 'ok', 'mixed', 'message', 'resource.host.arch', 'nowhere'])
  expect(types.slice(1)).toEqual([
    'TIMESTAMP_NS',
    'BIGINT',
    'DOUBLE',
    'BOOLEAN',
    'VARCHAR',
    'VARCHAR',
    'VARCHAR',
    'VARCHAR',
  ])
  expect(rows.map(([nanos, _time, ...values]) => [nanos, ...values])).toEqual([
    [NOW - 3n, 9_007_199_254_740_993n, 2, true, 'text', 'said "hello", twice\nand more', null, null],
    [NOW - 2n, -5n, 0.5, false, '7', 'ü \u{1f600}', null, null],
    [NOW - 1n, null, null, null, null, '=HYPERLINK("x")', 'arm', null],
  ])
})

test('whole logs in each format have all events once and every field that occurs', async () => {
  await using app = await startQuery()
  await app.append(someEvents(2_500))
  const lines = (await exported(app, { format: 'ndjson' })).bytes.toString().trimEnd().split('\n')
  const ids = lines.map((line) => String(JSON.parse(line).id))
  expect(new Set(ids).size).toBe(2_500)
  const table = await read((await exported(app, { format: 'parquet' })).bytes, 'read_parquet(FILE)')
  expect(table.names).toEqual(
    expect.arrayContaining(['@timestamp', 'level', 'service', 'message', 'status', 'path']),
  )
  expect(table.rows.map((row) => row[table.names.indexOf('id')])).toEqual(ids)
  const csv = (await exported(app, { format: 'csv' })).bytes.toString().trimEnd().split('\r\n')
  expect(csv[0]?.split(',')).toEqual(['timestamp', ...table.names.slice(1)])
  expect(csv).toHaveLength(2_501)
})

test('nothing found is a file without rows in each format', async () => {
  await using app = await startQuery()
  await app.append(MIXED)
  const nothing = { query: 'nothing_like_it', columns: 'time,message' }
  expect((await exported(app, { ...nothing, format: 'ndjson' })).bytes).toHaveLength(0)
  expect((await exported(app, { ...nothing, format: 'csv' })).bytes.toString()).toBe('time,message\r\n')
  const { names, rows } = await read(
    (await exported(app, { ...nothing, format: 'parquet' })).bytes,
    'read_parquet(FILE)',
  )
  expect([names, rows]).toEqual([['time', 'message'], []])
})

test('ndjson takes chosen fields too, with integers exact, whatever they are called', async () => {
  await using app = await startQuery()
  await app.append([
    event('a', { timestamp: NOW - 1n, attributes: { size: 9_007_199_254_740_993n, ['__proto__']: 'p' } }),
  ])
  const { bytes } = await exported(app, { columns: 'size,__proto__,message' })
  expect(bytes.toString()).toBe('{"size":9007199254740993,"__proto__":"p","message":"message of a"}\n')
})

test.each([
  ['format=xml', /format/],
  ['columns=,', /columns/],
])('%s is refused with its name', async (parameters, message) => {
  await using app = await startQuery()
  const response = await app.get(`/api/v1/export?${parameters}`)
  expect([response.status, (await errorOf(response)).message]).toEqual([400, expect.stringMatching(message)])
})

/** The cells of one record, read by the letter of RFC 4180. */
function cellsOf(text: string): string[] {
  const cells: string[] = []
  let rest = text
  for (;;) {
    const quoted = /^"((?:[^"]|"")*)"(,|\r\n$)/.exec(rest)
    const match = quoted ?? /^([^",\r\n]*)(,|\r\n$)/.exec(rest)
    if (match === null) throw new Error(`no cell: ${JSON.stringify(rest)}`)
    const [whole, cell = '', end] = match
    cells.push(quoted === null ? cell : cell.replaceAll('""', '"'))
    if (end !== ',') return cells
    rest = rest.slice(whole.length)
  }
}
