import { deepStrictEqual } from 'node:assert'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type EventBatch, EventBatchBuilder, type EventDraft } from '@heartwood/event'
import fc from 'fast-check'
import { z } from 'zod'
import { planColumns } from '../../src/segments/append/column-plan.ts'
import { segmentPath, segmentsDirectory, writeSegment } from '../../src/segments/append/segment-file.ts'
import { localFiles } from '../../src/segments/files/durable-files.ts'
import { FieldCatalog } from '../../src/segments/manifest/field-catalog.ts'
import type { SegmentInfo } from '../../src/segments/manifest/manifest-format.ts'
import { byNewestRow, copySegments } from '../../src/segments/merge/copy-segments.ts'
import { generatedRows } from '../segments/generated-rows.ts'
import { libraryColumns } from '../segments/library-encoder.ts'
import { temporaryFolder } from '../segments/store-content.ts'
import { python } from './python.ts'

/**
 * Reads segments back with pyarrow, also merged ones: every value of every column has to be what was stored, bit by
 * bit, and statistics must not hide a row.
 *   node packages/log-store/test/pyarrow/main.ts [--seed N]
 */
const seed = Number(process.argv[process.argv.indexOf('--seed') + 1]) || Date.now() % 1_000_000
const BATCHES = 60

/** Values by field id, each as the script prints it; columns without any value left out. */
type Columns = Readonly<Record<string, readonly unknown[]>>

const Content = z.object({
  rows: z.number(),
  columns: z.record(z.string(), z.array(z.unknown())),
  found: z.array(z.number()),
})

interface Stored {
  readonly info: SegmentInfo
  readonly batch: EventBatch
  readonly columns: Columns
}

function exact(value: unknown): unknown {
  if (typeof value === 'bigint') return String(value)
  if (typeof value !== 'number') return value ?? null
  const bits = Buffer.alloc(8)
  bits.writeDoubleBE(value)
  return `0x${bits.toString('hex')}`
}

function withValues(columns: Columns): Columns {
  return Object.fromEntries(
    Object.entries(columns).filter(([, values]) => values.some((value) => value !== null)),
  )
}

function columnsOf(batch: EventBatch, catalog: FieldCatalog): Columns {
  const planned = planColumns(batch, catalog).columns.map((column) => ({
    ...column,
    column: catalog.byId(column.id)?.column ?? '',
  }))
  return Object.fromEntries(
    libraryColumns(batch, planned).map(({ field_id, values }) => [field_id, values.map(exact)]),
  )
}

/** Columns of files behind each other. */
function joined(parts: readonly Stored[]): Columns {
  const ids = new Set(parts.flatMap(({ columns }) => Object.keys(columns)))
  const column = (id: string) =>
    parts.flatMap(({ columns, info }) => columns[id] ?? Array.from({ length: info.rows }, () => null))
  return Object.fromEntries([...ids].map((id) => [id, column(id)]))
}

function batchOf(drafts: readonly Omit<EventDraft, 'id'>[], name: string): EventBatch {
  const builder = new EventBatchBuilder()
  for (const [index, draft] of drafts.entries()) builder.add({ id: `${name}-${index}`, ...draft })
  return builder.finish()
}

/** Doubles that no JSON can bring. */
function specialDoubles(): EventBatch {
  const special = [Number.NaN, -0, 0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 5e-324, 1.5]
  const length = 700
  const values = Float64Array.from({ length }, (_, row) => special[row % special.length] ?? 0)
  const present = Uint8Array.from({ length }, (_, row) => (row % 8 === 3 ? 0 : 1))
  const plain = batchOf(
    Array.from({ length }, () => ({ timestamp: 0n, observed_at: 0n })),
    'special',
  )
  return { ...plain, attributes: new Map([['special', { double: { type: 'double', present, values } }]]) }
}

/** So many rows that there are several row groups, pages and kinds of dictionaries. */
function manyRows(): EventBatch {
  return batchOf(
    Array.from({ length: 70_000 }, (_, index) => ({
      timestamp: BigInt(index * index),
      observed_at: BigInt(index >> 9),
      service: `service-${index >> 10}`,
      message: `line ${index} ${'é'.repeat(index % 50)}`,
      ...(index % 3 > 0 && { trace_id: `trace-${index % 20_000}` }),
      attributes: { wide: `value ${(index * 7919) % 30_000}`, list: [index % 7, 'x'], even: index % 2 === 0 },
    })),
    'many',
  )
}

console.log(`pyarrow: ${BATCHES} batches and two special ones, seed ${seed}`)
await using folder = await temporaryFolder()
const { dir } = folder
await localFiles.makeDirectory(segmentsDirectory(dir))
const catalog = new FieldCatalog([])
const stored: Stored[] = []
const drawn = fc.sample(generatedRows, { numRuns: BATCHES, seed })
const batches = [...drawn.map((drafts, index) => batchOf(drafts, `b${index}`)), specialDoubles(), manyRows()]
for (const [index, batch] of batches.entries()) {
  catalog.add(planColumns(batch, catalog).added)
  const info = await writeSegment(localFiles, dir, `segment-${index}.parquet`, batch, catalog)
  stored.push({ info, batch, columns: columnsOf(batch, catalog) })
}

const jobs: { readonly path: string; readonly parts: readonly Stored[] }[] = []
for (const [index, part] of stored.entries()) {
  jobs.push({ path: segmentPath(dir, part.info.file), parts: [part] })
  if (index % 4 !== 3) continue
  const parts = stored.slice(index - 3, index + 1).sort((a, b) => byNewestRow(a.info, b.info))
  const file = `merged-${index}.parquet`
  await copySegments(
    localFiles,
    dir,
    file,
    parts.map(({ info }) => info),
  )
  jobs.push({ path: segmentPath(dir, file), parts })
}

/** Some values that are there, to be looked up through the statistics. */
function lookupsIn(parts: readonly Stored[]): [string, string][] {
  return parts.flatMap(({ batch }) => {
    const { service } = Object.fromEntries(batch.text)
    const ids = [batch.id.values.at(1), batch.id.values.at(batch.id.values.length - 1)]
    const services = service === undefined ? [] : [service.values.at(1)]
    return [
      ...ids.map((id): [string, string] => ['id', id]),
      ...services.map((name): [string, string] => ['service', name.toWellFormed()]),
    ]
  })
}

const list = join(dir, 'jobs.json')
await writeFile(list, JSON.stringify(jobs.map(({ path, parts }) => [path, lookupsIn(parts)])))
const lines = (await python('read_columns.py', [list])).trimEnd().split('\n')
deepStrictEqual(lines.length, jobs.length)
for (const [index, { path, parts }] of jobs.entries()) {
  const { rows, columns, found } = Content.parse(JSON.parse(lines[index] ?? ''))
  const expected = joined(parts)
  deepStrictEqual(
    rows,
    parts.reduce((sum, { info }) => sum + info.rows, 0),
    path,
  )
  deepStrictEqual(withValues(columns), withValues(expected), path)
  const counts = lookupsIn(parts).map(([name, value]) => {
    const id = name === 'id' ? 1 : 10
    return expected[id]?.filter((other) => other === value).length
  })
  deepStrictEqual(found, counts, path)
}
console.log(`pyarrow read ${jobs.length} files as they were written`)
