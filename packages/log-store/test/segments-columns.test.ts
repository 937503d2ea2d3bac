import { mkdir } from 'node:fs/promises'
import { type EventBatch, EventBatchBuilder, rowsOf } from '@heartwood/event'
import { compilePredicate, fold, parse, print } from '@heartwood/query-lang'
import { anyEvent, anyValidQuery } from '@heartwood/query-lang/generate'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { planColumns } from '../src/segments/append/column-plan.ts'
import {
  LIVE_SUFFIX,
  liveDirectory,
  segmentsDirectory,
  writeLiveSegment,
  writeSegment,
} from '../src/segments/append/segment-file.ts'
import { GroupBatch } from '../src/segments/fetch/group-batch.ts'
import { RowReader } from '../src/segments/fetch/row-reader.ts'
import { anyCase } from '../src/segments/fetch/row-texts.ts'
import { localFiles } from '../src/segments/files/durable-files.ts'
import { LocalSegmentFiles } from '../src/segments/files/local-segment-files.ts'
import { FieldCatalog } from '../src/segments/manifest/field-catalog.ts'
import { rowMatcher } from '../src/segments/questions/row-matcher.ts'
import { temporaryFolder } from './segments/store-content.ts'

const NOW = 1_790_000_000_000_000_000n

type Draft = Omit<Parameters<EventBatchBuilder['add']>[0], 'id'>

function batchOf(drafts: readonly Draft[]): EventBatch {
  const builder = new EventBatchBuilder()
  for (const [index, draft] of drafts.entries()) builder.add({ ...draft, id: `user-${index}` })
  return builder.finish()
}

/** Rows each as often as drawn, so that there are runs and dictionaries as well as values that occur once. */
const anyRows: fc.Arbitrary<Draft[]> = fc
  .array(fc.tuple(anyEvent, fc.integer({ min: 1, max: 40 })), { minLength: 1, maxLength: 12 })
  .map((drawn) => drawn.flatMap(([event, times]) => Array.from({ length: times }, () => event)))

/** Writes a batch as a segment of one row group and opens that. */
async function opened(dir: string, batch: EventBatch, file: string) {
  await mkdir(segmentsDirectory(dir), { recursive: true })
  await mkdir(liveDirectory(dir), { recursive: true })
  const catalog = new FieldCatalog(planColumns(batch, new FieldCatalog([])).added)
  const write = file.endsWith(LIVE_SUFFIX) ? writeLiveSegment : writeSegment
  const segment = await write(localFiles, dir, file, batch, catalog)
  const open = new RowReader(new LocalSegmentFiles(dir)).open(segment, 0)
  return { open, batch: new GroupBatch(open, segment, catalog) }
}

const allRows = ({ length }: EventBatch) => Uint32Array.from({ length }, (_, row) => row)

describe.each(['.parquet', LIVE_SUFFIX])('the columns of a row group (%s)', (suffix) => {
  it('are read as they were written, and matched as its events are, for any query', async () => {
    await using folder = await temporaryFolder()
    let files = 0
    let matched = 0
    await fc.assert(
      fc.asyncProperty(
        anyRows,
        fc.array(anyValidQuery, { minLength: 30, maxLength: 30 }),
        async (drafts, queries) => {
          const written = batchOf(drafts)
          const { open, batch } = await opened(folder.dir, written, `any-${files++}${suffix}`)
          using _closing = open
          const events = [...rowsOf(written)]
          expect([...rowsOf(batch)]).toEqual(events)
          for (const query of queries) {
            const matcher = rowMatcher(query, NOW)
            if (matcher === undefined) continue
            matched++
            const expected = events.flatMap((event, row) =>
              compilePredicate(query, NOW)(event) ? [row] : [],
            )
            expect([...matcher(batch, allRows(batch))], print(query)).toEqual(expected)
          }
        },
      ),
      { numRuns: 60 },
    )
    expect(matched).toBeGreaterThan(300)
  }, 120_000)

  it('have no word that only begins in one row and ends in the next', async () => {
    await using folder = await temporaryFolder()
    const messages = ['pay', 'ment', 'payment', 'x payment y', 'pre', 'payment', 'pay', 'ment pay', 'ment']
    const written = batchOf(
      messages.map((message, row) => ({ timestamp: BigInt(row), observed_at: 0n, message: `${message}` })),
    )
    const { open, batch } = await opened(folder.dir, written, `apart${suffix}`)
    using _closing = open
    const matcher = rowMatcher(parse('payment').query, NOW)
    expect([...(matcher?.(batch, allRows(batch)) ?? [])]).toEqual([2, 3, 5])
  })
})

it('every character that folds to ASCII is found by what it folds to', () => {
  let found = 0
  for (let code = 0; code <= 0x10_ffff; code++) {
    if (code >= 0xd800 && code <= 0xdfff) continue
    const character = String.fromCodePoint(code)
    const folded = fold(character)
    if (folded.length > 1 || folded.charCodeAt(0) >= 0x80) continue
    found++
    expect(anyCase(folded)?.test(Buffer.from(character).toString('latin1')), code.toString(16)).toBe(true)
  }
  expect(found).toBe(130)
})
