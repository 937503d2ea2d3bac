import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { zstdDecompressSync } from 'node:zlib'
import { DuckDBInstance } from '@duckdb/node-api'
import {
  type EventBatch,
  EventBatchBuilder,
  type EventDraft,
  rowsOf,
  type StringColumn,
} from '@heartwood/event'
import fc from 'fast-check'
import { parquetMetadata } from 'hyparquet'
import { expect, it } from 'vitest'
import { planColumns } from '../src/segments/append/column-plan.ts'
import { SegmentDecoder } from '../src/segments/append/parquet-decoder.ts'
import { encodeSegment } from '../src/segments/append/parquet-encoder.ts'
import { FieldCatalog } from '../src/segments/manifest/field-catalog.ts'
import { TextBounds } from '../src/segments/parquet/bounds.ts'
import { encodeFooter } from '../src/segments/parquet/file-footer.ts'
import { ParquetFile } from '../src/segments/parquet/parquet-file.ts'
import { decodeFooter, FOOTER_TAIL, footerLength } from '../src/segments/parquet/read-footer.ts'
import { textChunk } from '../src/segments/parquet/text-chunk.ts'
import { zstdPage } from '../src/segments/parquet/zstd-page.ts'
import { awkwardText, generatedRows } from './segments/generated-rows.ts'
import { encodeByLibrary } from './segments/library-encoder.ts'
import { temporaryFolder } from './segments/store-content.ts'

function batchOf(drafts: readonly Omit<EventDraft, 'id'>[]): EventBatch {
  const builder = new EventBatchBuilder()
  for (const [index, draft] of drafts.entries()) builder.add({ id: `batch-${index}`, ...draft })
  return builder.finish()
}

async function filesOf(
  batch: EventBatch,
): Promise<{ catalog: FieldCatalog; ours: Uint8Array; library: Uint8Array }> {
  const plan = planColumns(batch, new FieldCatalog([]))
  const catalog = new FieldCatalog(plan.added)
  const columns = plan.columns.map((planned) => ({
    ...planned,
    column: catalog.byId(planned.id)?.column ?? '',
  }))
  const { bytes: ours } = await encodeSegment(batch, columns)
  return { catalog, ours, library: encodeByLibrary(batch, columns) }
}

async function decoded(catalog: FieldCatalog, bytes: Uint8Array): Promise<EventBatch> {
  const decoder = new SegmentDecoder(catalog)
  await decoder.add(bytes)
  return decoder.finish()
}

const SQL_TYPES: Readonly<Record<string, string>> = {
  BYTE_ARRAY: 'VARCHAR',
  INT64: 'BIGINT',
  DOUBLE: 'DOUBLE',
  BOOLEAN: 'BOOLEAN',
}

/** The schema and all rows of a file as DuckDB sees them, columns found by field id as in the store. */
async function inDuckDb(dir: string, bytes: Uint8Array): Promise<{ schema: unknown[]; rows: unknown[][] }> {
  const file = join(dir, 'read.parquet')
  await writeFile(file, bytes)
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  try {
    const described = await connection.runAndReadAll(
      `SELECT field_id, type, converted_type, name, repetition_type FROM parquet_schema('${file}')`,
    )
    const schema = described.getRows()
    const columns = schema.flatMap(([id, type]) =>
      id === null ? [] : [`${id}: {name: 'c${id}', type: '${SQL_TYPES[String(type)]}', default_value: NULL}`],
    )
    const answer = await connection.runAndReadAll(
      `SELECT * FROM read_parquet('${file}', schema = MAP {${columns.join(', ')}})`,
    )
    return { schema, rows: answer.getRows() }
  } finally {
    connection.closeSync()
    instance.closeSync()
  }
}

it('any batch reads back as from the file of a general library, through hyparquet and through DuckDB', async () => {
  await using folder = await temporaryFolder()
  await fc.assert(
    fc.asyncProperty(generatedRows, async (drafts) => {
      const { catalog, ours, library } = await filesOf(batchOf(drafts))
      const read = await decoded(catalog, ours)
      expect([...rowsOf(read)]).toEqual([...rowsOf(await decoded(catalog, library))])
      expect(await inDuckDb(folder.dir, ours)).toEqual(await inDuckDb(folder.dir, library))
    }),
    { numRuns: 60 },
  )
}, 120_000)

it('a footer that is read and written again is the same to the byte, and one that is cut off is refused', async () => {
  await fc.assert(
    fc.asyncProperty(generatedRows, fc.nat(), async (drafts, cut) => {
      const { ours } = await filesOf(batchOf(drafts))
      const length = footerLength(ours.subarray(-FOOTER_TAIL))
      const start = ours.length - FOOTER_TAIL - length
      const footer = ours.subarray(start, start + length)
      expect(Buffer.from(encodeFooter(decodeFooter(footer))).equals(ours.subarray(start))).toBe(true)
      expect(() => decodeFooter(footer.subarray(0, cut % length))).toThrow()
    }),
    { numRuns: 100 },
  )
})

it('row groups, pages and wide dictionaries of a large batch read back as they were', async () => {
  await using folder = await temporaryFolder()
  const drafts = Array.from({ length: 70_000 }, (_, index) => ({
    timestamp: 1_795_392_000_000_000_000n + BigInt(index * index),
    observed_at: BigInt(index >> 9),
    service: `service-${index >> 10}`,
    message: `line ${index} ${'x'.repeat(index % 50)}`,
    ...(index % 3 > 0 && { trace_id: `trace-${index % 20_000}` }),
    ...(index >= 66_000 && { hostname: `only in the second group ${index % 3}` }),
    attributes: {
      wide: `value ${(index * 7919) % 30_000}`,
      // In many rows one page is full before the group is.
      long: index % 2 === 0 ? `${'é'.repeat(30)}${index}` : 'short',
      number: index % 5 === 0 ? index / 7 : (index * 31) % 5000,
      even: index % 2 === 0,
    },
  }))
  const batch = batchOf(drafts)
  const { catalog, ours, library } = await filesOf(batch)
  expect(parquetMetadata(ours).row_groups.map(({ num_rows }) => Number(num_rows))).toEqual([65_536, 4464])
  const read = await decoded(catalog, ours)
  expect([...rowsOf(read)]).toEqual([...rowsOf(batch)])
  expect(await inDuckDb(folder.dir, ours)).toEqual(await inDuckDb(folder.dir, library))
}, 120_000)

it('files that a thread makes at the same time are to the byte what each of them would be alone', async () => {
  const columns = ['often', 'once'].map((name, id) => ({ id, name, type: 'text' as const }))
  const fileOf = async (letter: string): Promise<Uint8Array> => {
    const { often, once } = attributesOf(
      batchOf(
        Array.from({ length: 500 }, (_, row) => ({
          timestamp: 0n,
          observed_at: 0n,
          attributes: { often: letter.repeat(row % 9), once: `${letter}${row}` },
        })),
      ),
    )
    const file = new ParquetFile(columns)
    await file.addRowGroup(
      500,
      (async function* () {
        for (const column of [often, once]) yield () => textChunk({ ...column, bloom: true }, 0, 500)
      })(),
    )
    return file.finish()
  }
  const letters = ['x', 'y', 'z']
  const alone: Uint8Array[] = []
  for (const letter of letters) alone.push(await fileOf(letter))
  expect(await Promise.all(letters.map(fileOf))).toEqual(alone)
})

function attributesOf({ attributes }: EventBatch): { often: StringColumn; once: StringColumn } {
  const [often, once] = ['often', 'once'].map((key) => attributes.get(key)?.string)
  if (often === undefined || once === undefined) throw new Error('a column is missing')
  return { often, once }
}

it('DuckDB takes the Bloom filters for what they are: no id is missed, hardly any other is looked for', async () => {
  await using folder = await temporaryFolder()
  for (const times of [1, 4]) {
    // Once as texts one by one, once as a dictionary.
    const ids = Array.from({ length: 2000 }, (_, index) => `${'ä'.repeat(index % 40)}${index}`)
    const drafts = Array.from({ length: ids.length * times }, (_, row) => ({
      timestamp: 0n,
      observed_at: 0n,
      trace_id: ids[row % ids.length] ?? '',
    }))
    const file = join(folder.dir, 'bloom.parquet')
    await writeFile(file, (await filesOf(batchOf(drafts))).ours)
    const instance = await DuckDBInstance.create(':memory:')
    const connection = await instance.connect()
    const excluded = async (id: string) => {
      const probe = `SELECT bloom_filter_excludes FROM parquet_bloom_probe('${file}', 'trace_id', '${id}')`
      return (await connection.runAndReadAll(probe)).getRows()[0]?.[0]
    }
    for (const id of ids.slice(0, 200)) expect(await excluded(id)).toBe(false)
    let wrong = 0
    for (let index = 0; index < 200; index++) if (!(await excluded(`another ${index}`))) wrong++
    expect(wrong).toBeLessThan(20)
    connection.closeSync()
    instance.closeSync()
  }
}, 60_000)

it('NaN, infinities and both zeros keep their bits', async () => {
  await using folder = await temporaryFolder()
  const special = [Number.NaN, -0, 0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 5e-324]
  for (const length of [6, 600]) {
    const number = Float64Array.from({ length }, (_, row) => special[row % 6] ?? 0)
    const present = Uint8Array.from({ length }, (_, row) => (row % 7 === 3 ? 0 : 1))
    const batch: EventBatch = {
      ...batchOf(Array.from({ length }, () => ({ timestamp: 0n, observed_at: 0n }))),
      attributes: new Map([['number', { double: { type: 'double', present, values: number } }]]),
    }
    const { catalog, ours } = await filesOf(batch)
    const read = (await decoded(catalog, ours)).attributes.get('number')?.double
    const { rows } = await inDuckDb(folder.dir, ours)
    expect(read?.present).toEqual(present)
    for (const [row, value] of number.entries()) {
      const expected = present[row] === 1 ? value : null
      expect(Object.is(rows[row]?.at(-1), expected)).toBe(true)
      if (expected !== null) expect(Object.is(read?.values[row], expected)).toBe(true)
    }
  }
})

it('the bounds of texts enclose them in the order of their bytes, are UTF-8, and say whether they are exact', () => {
  const awkward = fc.oneof(
    awkwardText.map((value) => value.toWellFormed()),
    fc
      .tuple(
        fc.constantFrom('a'.repeat(48), '\u{10ffff}'.repeat(12), '\uffff'.repeat(16), '\ud7ff'.repeat(16)),
        fc.constantFrom('', 'a', '\0', '\uffff', '\u{10ffff}'),
      )
      .map(([start, end]) => start + end),
  )
  fc.assert(
    fc.property(fc.array(awkward, { minLength: 1, maxLength: 8 }), (texts) => {
      const bytes = Buffer.from(texts.join(''))
      const collected = new TextBounds(bytes)
      let start = 0
      for (const { length } of texts.map((value) => Buffer.from(value))) {
        collected.add(start, length)
        start += length
      }
      const bounds = collected.finish()
      if (bounds === undefined) throw new Error('no bounds')
      const sorted = texts.map((value) => Buffer.from(value)).sort(Buffer.compare)
      const [first, last] = [sorted[0] ?? Buffer.alloc(0), sorted.at(-1) ?? Buffer.alloc(0)]
      expect(Buffer.compare(bounds.min, first)).toBe(bounds.minExact ? 0 : -1)
      expect(Buffer.compare(bounds.max, last)).toBe(bounds.maxExact ? 0 : 1)
      const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
      expect(() => [strict.decode(bounds.min), strict.decode(bounds.max)]).not.toThrow()
    }),
    { numRuns: 500 },
  )
})

it('pages of every length unpack to what they were, and a flipped bit in one is noticed', () => {
  for (let length = 0; length < 700; length++) {
    const page = Uint8Array.from({ length }, (_, at) => (at * at + length) >> 3)
    const frame = zstdPage([page])
    expect(new Uint8Array(zstdDecompressSync(frame))).toEqual(page)
    if (length === 0) continue
    frame[frame.length - 5] = (frame[frame.length - 5] ?? 0) ^ 1
    expect(() => zstdDecompressSync(frame)).toThrow()
  }
})
