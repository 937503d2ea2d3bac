import { readFile, writeFile } from 'node:fs/promises'
import { crc32 } from 'node:zlib'
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import {
  type ColumnType,
  concatBatches,
  type EventBatch,
  EventBatchBuilder,
  type EventDraft,
  LEVELS,
  rowsOf,
} from '@heartwood/event'
import fc from 'fast-check'
import { parquetMetadata } from 'hyparquet'
import { describe, expect, it } from 'vitest'
import { planColumns } from '../src/segments/append/column-plan.ts'
import { idxPath, segmentPath, segmentsDirectory, writeSegment } from '../src/segments/append/segment-file.ts'
import { summaryOf } from '../src/segments/append/segment-summary.ts'
import { localFiles } from '../src/segments/files/durable-files.ts'
import { decodeIdx, IDX_FORMAT } from '../src/segments/idx/idx-file.ts'
import { FieldCatalog, OWN_FIELD_IDS, TEXT_FIELD_IDS } from '../src/segments/manifest/field-catalog.ts'
import { cellsOf } from '../src/segments/manifest/level-counts.ts'
import type { SegmentInfo } from '../src/segments/manifest/manifest-format.ts'
import { byNewestRow, copySegments } from '../src/segments/merge/copy-segments.ts'
import { readSegments } from '../src/segments/merge/read-segments.ts'
import { removeRows } from '../src/segments/merge/remove-rows.ts'
import { generatedRows } from './segments/generated-rows.ts'
import { encodeByLibrary } from './segments/library-encoder.ts'
import { MIDNIGHT, temporaryFolder } from './segments/store-content.ts'

const EVER = { from: -(2n ** 63n), to: 2n ** 63n - 1n }

function batchOf(drafts: readonly Omit<EventDraft, 'id'>[], name: string): EventBatch {
  const builder = new EventBatchBuilder()
  for (const [index, draft] of drafts.entries()) builder.add({ id: `${name}-${index}`, ...draft })
  return builder.finish()
}

/** A folder with a segment for each batch, under one catalog. */
async function segmentsOf(dir: string, batches: readonly EventBatch[]) {
  await localFiles.makeDirectory(segmentsDirectory(dir))
  const catalog = new FieldCatalog([])
  const segments: SegmentInfo[] = []
  for (const [index, batch] of batches.entries()) {
    catalog.add(planColumns(batch, catalog).added)
    segments.push(await writeSegment(localFiles, dir, `input-${index}.parquet`, batch, catalog))
  }
  return { catalog, segments }
}

async function rowsIn(dir: string, segments: readonly SegmentInfo[], catalog: FieldCatalog) {
  return [...rowsOf(await readSegments(localFiles, dir, segments, catalog))]
}

const SQL_TYPES: Readonly<Record<ColumnType, string>> = {
  string: 'VARCHAR',
  array: 'VARCHAR',
  int64: 'BIGINT',
  double: 'DOUBLE',
  boolean: 'BOOLEAN',
}

async function inDuckDb<T>(use: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  try {
    return await use(connection)
  } finally {
    connection.closeSync()
    instance.closeSync()
  }
}

/** All rows of segments in all columns of the catalog, found by field id as the store does. */
function inSql(dir: string, segments: readonly SegmentInfo[], catalog: FieldCatalog): string {
  const own = [OWN_FIELD_IDS.timestamp, OWN_FIELD_IDS.observed_at, OWN_FIELD_IDS.severity_number]
  const columns = [
    [OWN_FIELD_IDS.id, 'VARCHAR'],
    ...own.map((id) => [id, 'BIGINT']),
    ...Object.values(TEXT_FIELD_IDS).map((id) => [id, 'VARCHAR']),
    ...[...catalog.fields()].map(({ id, type }) => [id, SQL_TYPES[type]]),
  ].map(([id, type]) => `${id}: {name: 'c${id}', type: '${type}', default_value: NULL}`)
  const files = segments.map(({ file }) => `'${segmentPath(dir, file)}'`)
  return `read_parquet([${files.join(', ')}], schema = MAP {${columns.join(', ')}})`
}

/** What counts say, level by level in the buckets of one width. */
function countedAt(counts: SegmentInfo['counts'], unit: bigint): Map<string, number> {
  const sums = new Map<string, number>()
  for (const { start, level, count } of counts === undefined ? [] : cellsOf(counts)) {
    const key = `${start / unit} ${LEVELS[level]}`
    sums.set(key, (sums.get(key) ?? 0) + count)
  }
  return sums
}

describe('segments merged by copying', () => {
  it('give the rows of their inputs through hyparquet and DuckDB, whatever these hold, also when merged again', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(generatedRows, { minLength: 2, maxLength: 4 }), async (drawn) => {
        await using folder = await temporaryFolder()
        const { dir } = folder
        const { catalog, segments } = await segmentsOf(
          dir,
          drawn.map((drafts, index) => batchOf(drafts, `b${index}`)),
        )
        const [last, ...first] = segments.toSorted(byNewestRow).toReversed()
        if (last === undefined) return
        const early = await copySegments(localFiles, dir, 'early.parquet', first.toReversed())
        const all = await copySegments(localFiles, dir, 'all.parquet', [last, early])
        const inOrder = segments.toSorted(byNewestRow)
        expect(await rowsIn(dir, [all], catalog)).toEqual(await rowsIn(dir, inOrder, catalog))
        await inDuckDb(async (connection) => {
          const rows = async (of: readonly SegmentInfo[]) =>
            (
              await connection.runAndReadAll(`SELECT * FROM ${inSql(dir, of, catalog)} ORDER BY ALL`)
            ).getRows()
          expect(await rows([all])).toEqual(await rows(segments))
        })
      }),
      { numRuns: 40 },
    )
  }, 120_000)

  it('are described as if all their rows had been counted again', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(generatedRows, { minLength: 1, maxLength: 4 }), async (drawn) => {
        await using folder = await temporaryFolder()
        const { dir } = folder
        const batches = drawn.map((drafts, index) => batchOf(drafts, `b${index}`))
        const { segments } = await segmentsOf(dir, batches)
        const copied = await copySegments(localFiles, dir, 'all.parquet', segments)
        const { counts, weight, ...summary } = summaryOf(concatBatches(batches))
        expect(copied).toMatchObject(summary)
        expect(copied.weight).toBeCloseTo(weight)
        expect(copied.row_groups).toBe(segments.length)
        expect(new Set(copied.fields)).toEqual(new Set(segments.flatMap(({ fields }) => fields)))
        const coarser = BigInt(Math.max(copied.counts?.unit ?? 0, counts?.unit ?? 0)) * 1_000_000_000n
        expect(countedAt(copied.counts, coarser)).toEqual(countedAt(counts, coarser))
        const bytes = await readFile(segmentPath(dir, copied.file))
        expect(copied).toMatchObject({ bytes: bytes.length, crc: crc32(bytes) })
      }),
      { numRuns: 40 },
    )
  }, 120_000)

  it('keep statistics and Bloom filters: DuckDB skips what it skipped before, and misses nothing', async () => {
    await using folder = await temporaryFolder()
    const { dir } = folder
    const idOf = (segment: number, row: number) => `trace-${segment}-${row}`
    const batches = Array.from({ length: 5 }, (_, segment) =>
      batchOf(
        Array.from({ length: 3000 }, (_, row) => ({
          timestamp: MIDNIGHT + BigInt(segment * 1_000_000 + row),
          observed_at: MIDNIGHT,
          service: `service-${segment}`,
          message: `line ${row}`,
          // Only some segments have the column at all.
          ...(segment % 2 === 0 && { trace_id: idOf(segment, row) }),
        })),
        `b${segment}`,
      ),
    )
    const { segments } = await segmentsOf(dir, batches)
    const copied = await copySegments(localFiles, dir, 'all.parquet', segments)
    const path = segmentPath(dir, copied.file)
    await inDuckDb(async (connection) => {
      const rows = async (sql: string) => (await connection.runAndReadAll(sql)).getRows()
      const statistics = (files: readonly string[], offset: number) =>
        rows(
          `SELECT path_in_schema, stats_null_count, stats_min_value, stats_max_value, min_is_exact, max_is_exact
           FROM parquet_metadata([${files.map((file) => `'${file}'`).join(', ')}])
           WHERE path_in_schema IN ('id', 'timestamp', 'service', 'message') AND row_group_id >= ${offset}
           ORDER BY ALL`,
        )
      expect(await statistics([path], 0)).toEqual(
        await statistics(
          segments.map(({ file }) => segmentPath(dir, file)),
          0,
        ),
      )
      const excluded = async (id: string) =>
        (
          await rows(
            `SELECT bloom_filter_excludes FROM parquet_bloom_probe('${path}', 'trace_id', '${id}') ORDER BY row_group_id`,
          )
        ).map(([excludes]) => excludes)
      for (const segment of [0, 2, 4]) {
        for (let row = 0; row < 3000; row += 97) {
          const id = idOf(segment, row)
          expect((await excluded(id))[segment]).toBe(false)
          expect(await rows(`SELECT id FROM '${path}' WHERE trace_id = '${id}'`)).toEqual([
            [`b${segment}-${row}`],
          ])
        }
      }
      let read = 0
      for (let probe = 0; probe < 100; probe++) {
        const groups = await excluded(`another ${probe}`)
        for (const segment of [0, 2, 4]) if (groups[segment] === false) read++
      }
      // Of 300 at most a tenth, give or take.
      expect(read).toBeLessThan(50)
    })
  }, 60_000)

  it('may come from another encoder, whose bounds are not taken over', async () => {
    await using folder = await temporaryFolder()
    const { dir } = folder
    const batch = batchOf([{ timestamp: 1n, observed_at: 1n, service: 'a', attributes: { x: 'y' } }], 'b')
    const { catalog, segments } = await segmentsOf(dir, [batch, batch])
    const [own, other] = segments
    if (own === undefined || other === undefined) throw new Error('no segments')
    const { columns } = planColumns(batch, catalog)
    const named = columns.map((column) => ({ ...column, column: catalog.byId(column.id)?.column ?? '' }))
    const bytes = encodeByLibrary(batch, named)
    await writeFile(segmentPath(dir, other.file), bytes)
    const foreign = { ...other, bytes: bytes.length, crc: crc32(bytes) }
    const copied = await copySegments(localFiles, dir, 'all.parquet', [own, foreign])
    expect(await rowsIn(dir, [copied], catalog)).toEqual(
      await rowsIn(dir, segments.slice(0, 1).concat(own), catalog),
    )
    const { row_groups } = parquetMetadata(
      new Uint8Array(await readFile(segmentPath(dir, copied.file))).buffer,
    )
    const bounds = row_groups.map(({ columns }) => columns[0]?.meta_data?.statistics?.max_value)
    expect(bounds).toEqual(['b-0', undefined])
  })

  it('go on without an index of a newer format', async () => {
    await using folder = await temporaryFolder()
    const { dir } = folder
    const batch = batchOf([{ timestamp: 1n, observed_at: 1n, message: 'a word' }], 'b')
    const { catalog, segments } = await segmentsOf(dir, [batch, batch])
    const [first, second] = segments
    if (first === undefined || second === undefined) throw new Error('no segments')
    const path = idxPath(dir, second.file)
    const bytes = await readFile(path)
    bytes.writeUInt32LE(IDX_FORMAT + 1, 4)
    await writeFile(path, bytes)
    const newer = { ...second, idx: { bytes: bytes.length, crc: crc32(bytes) } }
    const copied = await copySegments(localFiles, dir, 'all.parquet', [first, newer])
    expect(await rowsIn(dir, [copied], catalog)).toHaveLength(2)
    const parts = decodeIdx(await readFile(idxPath(dir, copied.file)))
    expect(parts.map(({ rows, terms }) => ({ rows, isKnown: terms !== undefined }))).toEqual([
      { rows: 1, isKnown: true },
      { rows: 1, isKnown: false },
    ])
  })

  it('are not made of a file that is not what was written, and the report names it', async () => {
    await using folder = await temporaryFolder()
    const { dir } = folder
    const batch = batchOf([{ timestamp: 1n, observed_at: 1n, message: 'x'.repeat(400) }], 'b')
    const { segments } = await segmentsOf(dir, [batch, batch])
    const path = segmentPath(dir, 'input-1.parquet')
    const bytes = await readFile(path)
    for (let at = 4; at < bytes.length; at += 131) {
      const flipped = Buffer.from(bytes)
      flipped[at] = (flipped[at] ?? 0) ^ 1
      await writeFile(path, flipped)
      await expect(copySegments(localFiles, dir, `all-${at}.parquet`, segments)).rejects.toMatchObject({
        code: 'corrupt',
        message: expect.stringContaining(path),
      })
    }
  })
})

describe('a delete in a segment of several row groups', () => {
  it('rewrites the row groups it touches and copies the others', async () => {
    await using folder = await temporaryFolder()
    const { dir } = folder
    const batches = Array.from({ length: 4 }, (_, segment) =>
      batchOf(
        Array.from({ length: 50 }, (_, row) => ({
          timestamp: MIDNIGHT + BigInt(segment * 100 + row),
          observed_at: MIDNIGHT,
          service: `service-${segment}`,
          message: `line ${row} of ${segment}${segment === 2 && row < 10 ? ' secret' : ''}`,
        })),
        `b${segment}`,
      ),
    )
    const { catalog, segments } = await segmentsOf(dir, batches)
    const copied = await copySegments(localFiles, dir, 'all.parquet', segments)
    const remove = async (query: string) => {
      let count = 0
      const tombstone = { query, ...EVER, accepted_before: 0n, at: MIDNIGHT }
      const name = query.replaceAll(/\W/g, '')
      const fresh = { nextName: () => `${name}-${++count}`, created: [] }
      return removeRows(localFiles, dir, copied, tombstone, catalog, fresh)
    }
    const { replacements, deleted } = await remove('secret')
    expect(deleted).toBe(10)
    expect(replacements.map(({ rows, row_groups, services }) => [rows, row_groups, services])).toEqual([
      [40, undefined, ['service-2']],
      [150, 3, ['service-0', 'service-1', 'service-3']],
    ])
    const left = (await rowsIn(dir, [copied], catalog)).filter(({ message }) => !message.includes('secret'))
    const kept = await rowsIn(dir, replacements, catalog)
    expect(kept.map(({ id }) => id).sort()).toEqual(left.map(({ id }) => id).sort())
    for (const replacement of replacements) {
      const { counts, ...summary } = summaryOf(await readSegments(localFiles, dir, [replacement], catalog))
      expect(replacement).toMatchObject({ ...summary, counts })
    }
    expect(await remove('nowhere')).toEqual({ replacements: [], deleted: 0 })
    expect(await remove('line')).toEqual({ replacements: [], deleted: 200 })
  })
})
