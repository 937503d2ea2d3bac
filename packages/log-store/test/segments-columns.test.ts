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
import { pieceSearch } from '../src/segments/fetch/piece-search.ts'
import { RowReader } from '../src/segments/fetch/row-reader.ts'
import { localFiles } from '../src/segments/files/durable-files.ts'
import { LocalSegmentFiles } from '../src/segments/files/local-segment-files.ts'
import { FieldCatalog, TEXT_FIELD_IDS } from '../src/segments/manifest/field-catalog.ts'
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
  const fresh = () => new GroupBatch(open, segment, catalog)
  return { open, batch: fresh(), fresh }
}

/** Rows that make more than one page, in a live segment as well. */
const MANY_PAGES = 9_000

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
            const some = allRows(batch).filter((row) => row % 3 !== 0)
            expect([...matcher(batch, some)], print(query)).toEqual(expected.filter((row) => row % 3 !== 0))
          }
        },
      ),
      { numRuns: 60 },
    )
    expect(matched).toBeGreaterThan(300)
  }, 120_000)

  it('are, where only some rows are asked for, the same in these rows, and pages without any are not unpacked', async () => {
    await using folder = await temporaryFolder()
    // Texts that no dictionary pays for, so that a column has several pages.
    const texts = Array.from({ length: MANY_PAGES }, (_, row) => `${row} ${'lorem ipsum '.repeat(3)}`)
    const written = batchOf(
      texts.map((message, row) => ({
        timestamp: BigInt(row),
        observed_at: 0n,
        ...{ message, severity_number: row % 25, service: `shop-${row % 7}` },
        attributes: row % 3 === 0 ? { note: `${message} there`, n: row } : { ratio: row / 7 },
      })),
    )
    const { open, batch, fresh } = await opened(folder.dir, written, `some${suffix}`)
    using _closing = open
    const events = [...rowsOf(written)]
    const sizes = (chunk: ReturnType<GroupBatch['chunk']>) => chunk?.pages.map(({ bytes }) => bytes.length)
    const message = TEXT_FIELD_IDS.message
    const whole = sizes(batch.chunk(message)) ?? []
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(MANY_PAGES - 1), { maxLength: 3 }), fc.boolean(), (wanted, twice) => {
        const rows = Uint32Array.from(wanted).sort()
        const once = fresh().onlyRows(rows)
        const narrowed = twice ? once.onlyRows(rows) : once
        const read = [...rowsOf(narrowed)]
        expect([...rows].map((row) => read[row])).toEqual([...rows].map((row) => events[row]))
        const unpacked = (sizes(narrowed.chunk(message)) ?? []).filter((size, page) => size === whole[page])
        expect(unpacked.length).toBeLessThanOrEqual(rows.length)
      }),
      { numRuns: 20 },
    )
    expect(whole.length).toBeGreaterThan(1)
  })

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
    expect(pieceSearch(folded)?.(Buffer.from(character))(0), code.toString(16)).toMatchObject({ start: 0 })
  }
  expect(found).toBe(130)
})
