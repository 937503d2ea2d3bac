import { NANOS_PER_MILLI, type Nanos } from '@heartwood/event'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type LogPages, logPages, MAX_HELD_ROWS } from '../src/features/search/log-pages/log-pages.ts'
import { joined, nextStep, PAGE_ROWS, type Span } from '../src/features/search/log-pages/span.ts'
import { spanHolding, spineOf, timeAt, withRowsNear } from '../src/features/search/log-pages/spine.ts'
import { logOf, newestFirst, type StoredLog, storedLogs } from './stored-logs.ts'

const START = 1_772_000_000_000n * NANOS_PER_MILLI
const HOUR = 3_600_000n * NANOS_PER_MILLI
const RANGE = { from: START, to: START + HOUR }
const NEVER = new AbortController().signal

function evenly(count: number, length: Nanos = HOUR): StoredLog[] {
  return Array.from({ length: count }, (_, i) => ({
    id: `e${String(i).padStart(7, '0')}`,
    at: START + (length * BigInt(i)) / BigInt(count),
  }))
}

/** A result as the page opens it: its newest page, then its counts by minute. */
async function opened(logs: readonly StoredLog[], end: 'newest' | 'oldest' = 'newest') {
  const source = storedLogs(logs)
  const errors: unknown[] = []
  const pages = logPages(source, (error) => errors.push(error))
  const first = newestFirst(logs)
    .slice(...(end === 'newest' ? [0, 200] : [-200]))
    .map(({ id, at }) => logOf(id, at))
  pages.setFirstPage({ rows: first, more: logs.length > 200 }, end)
  pages.setCounts(RANGE, await source.counts({ ...RANGE, intervalMillis: 60_000 }, NEVER))
  source.asked.rows = 0
  source.asked.counts = 0
  return { pages, source, errors }
}

/** Looks at rows and waits until all of them are held. */
async function lookedAt(pages: LogPages, first: number, last: number): Promise<(string | undefined)[]> {
  pages.look(first, last)
  const ids = () => Array.from({ length: last - first + 1 }, (_, i) => pages.rowAt(first + i)?.id)
  for (let turn = 0; turn < 2_000 && ids().includes(undefined); turn += 1) await Promise.resolve()
  return ids()
}

describe('the pages of a result', () => {
  test('the middle of a hundred thousand rows is one count and one page away', async () => {
    const logs = evenly(100_000)
    const { pages, source } = await opened(logs)
    expect(pages.total).toBe(100_000)
    const ids = await lookedAt(pages, 50_000, 50_040)
    expect(ids).toEqual(
      newestFirst(logs)
        .slice(50_000, 50_041)
        .map(({ id }) => id),
    )
    expect(source.asked.counts).toBeLessThanOrEqual(2)
    expect(source.asked.rows).toBeLessThanOrEqual(3)
  })

  test('wherever one looks, the rows are those of an own sort, whatever the times are', async () => {
    const time = fc.oneof(
      // Thousands in one second, in one millisecond, and in one instant.
      fc.bigInt({ min: 0n, max: HOUR - 1n }),
      fc.bigInt({ min: 0n, max: 999_999_999n }),
      fc.bigInt({ min: 0n, max: 999_999n }),
      fc.constant(7_000_000n),
    )
    const burst = fc.record({
      at: time,
      count: fc.integer({ min: 1, max: 1_500 }),
      step: fc.constantFrom(0n, 1n, 40_000n),
    })
    const looks = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 8 })
    await fc.assert(
      fc.asyncProperty(
        fc.array(burst, { maxLength: 8 }),
        looks,
        fc.constantFrom('newest', 'oldest'),
        async (bursts, places, end) => {
          const logs = bursts.flatMap(({ at, count, step }, b) =>
            Array.from({ length: count }, (_, i) => {
              const later = at + step * BigInt(i)
              return { id: `e${b}-${i}`, at: START + (later < HOUR ? later : HOUR - 1n) }
            }),
          )
          const sorted = newestFirst(logs).map(({ id }) => id)
          const { pages, errors } = await opened(logs, end)
          for (const place of places) {
            expect(pages.total).toBe(sorted.length)
            const first = Math.floor(place * Math.max(0, sorted.length - 40))
            const last = Math.min(sorted.length, first + 40) - 1
            if (last >= first)
              expect(await lookedAt(pages, first, last)).toEqual(sorted.slice(first, last + 1))
          }
          expect(errors).toEqual([])
        },
      ),
      { numRuns: 60 },
    )
  }, 60_000)

  test('going through all rows holds no more than some thousand of them', async () => {
    const logs = evenly(30_000)
    const sorted = newestFirst(logs).map(({ id }) => id)
    const { pages } = await opened(logs)
    for (let first = 0; first < sorted.length; first += 500) {
      expect(await lookedAt(pages, first, first + 30)).toEqual(sorted.slice(first, first + 31))
      expect(pages.held().length).toBeLessThanOrEqual(MAX_HELD_ROWS)
    }
    expect(await lookedAt(pages, 0, 30)).toEqual(sorted.slice(0, 31))
  })

  test('an event is found at its row, however deep it lies', async () => {
    const logs = evenly(60_000)
    const { pages } = await opened(logs)
    const wanted = newestFirst(logs)[41_234]
    expect(wanted).toBeDefined()
    if (wanted === undefined) return
    expect(await pages.find(logOf(wanted.id, wanted.at), NEVER)).toBe(41_234)
    expect(await pages.find(logOf('stranger', wanted.at), NEVER)).toBeUndefined()
  })

  test('an event far from the view is found also where as many rows are held as can be', async () => {
    const logs = evenly(60_000)
    const { pages, source } = await opened(logs)
    for (let first = 0; first < 1.5 * MAX_HELD_ROWS; first += 200) await lookedAt(pages, first, first + 30)
    await lookedAt(pages, 0, 30)
    const wanted = newestFirst(logs)[55_000]
    if (wanted === undefined) return expect.unreachable()
    source.asked.rows = 0
    const endless = new AbortController()
    const { page } = source
    source.page = (asked, signal) => {
      if (source.asked.rows > 20) endless.abort()
      return page(asked, signal)
    }
    expect(await pages.find(logOf(wanted.id, wanted.at), endless.signal)).toBe(55_000)
    expect(source.asked.rows).toBeLessThan(3)
  })

  test('what is asked for rows that are looked at no more is given up', async () => {
    const source = storedLogs(evenly(50_000))
    const signals: AbortSignal[] = []
    const slow = logPages(
      {
        ...source,
        counts(_asked, signal) {
          signals.push(signal)
          return new Promise((_resolve, reject) =>
            signal.addEventListener('abort', () => reject(signal.reason)),
          )
        },
      },
      (error) => expect.unreachable(String(error)),
    )
    slow.setCounts(RANGE, await source.counts({ ...RANGE, intervalMillis: 600_000 }, NEVER))
    slow.look(20_000, 20_040)
    slow.look(45_000, 45_040)
    await Promise.resolve()
    expect(signals.map(({ aborted }) => aborted)).toContain(true)
    slow.close()
    expect(signals.every(({ aborted }) => aborted)).toBe(true)
  })

  test('more events than were counted are all there, and the total follows', async () => {
    const logs = evenly(1_000)
    const source = storedLogs(logs)
    const pages = logPages(source, (error) => expect.unreachable(String(error)))
    pages.setCounts(RANGE, [
      { start: START, count: 300 },
      { start: START + HOUR / 2n, count: 300 },
    ])
    const sorted = newestFirst(logs).map(({ id }) => id)
    for (let first = 0; first < 1_000; first += 50)
      expect(await lookedAt(pages, first, first + 49)).toEqual(sorted.slice(first, first + 50))
    expect(pages.total).toBe(1_000)
  })
})

describe('spans', () => {
  const span = fc.record({
    count: fc.integer({ min: 0, max: 900 }),
    length: fc.bigInt({ min: 1n, max: HOUR }),
  })
  const spans = fc.array(span, { minLength: 1, maxLength: 40 }).map((parts) => {
    let to = START + HOUR
    return parts.map(({ count, length }): Span => {
      const made = { from: to - length, to, count }
      to = made.from
      return made
    })
  })

  test('joining keeps times and counts, and makes no page too large for one question', () => {
    fc.assert(
      fc.property(spans, (given) => {
        const result = joined(given)
        expect(spineOf(result).total).toBe(spineOf(given).total)
        expect([result[0]?.to, result.at(-1)?.from]).toEqual([given[0]?.to, given.at(-1)?.from])
        result.forEach((each, i) => {
          expect(each.from).toBe(result[i + 1]?.to ?? each.from)
          expect(each.count <= PAGE_ROWS || given.includes(each)).toBe(true)
        })
      }),
    )
  })

  test('every row is in the span that holds it, and times fall from row to row', () => {
    fc.assert(
      fc.property(spans, fc.nat(), (given, seed) => {
        const spine = spineOf(given)
        fc.pre(spine.total > 0)
        const row = seed % spine.total
        const at = spanHolding(spine, row)
        const start = spine.starts[at] ?? 0
        expect(start <= row && row < start + (given[at]?.count ?? 0)).toBe(true)
        expect(timeAt(spine, row) ?? 0).toBeGreaterThanOrEqual(timeAt(spine, row + 1) ?? 0)
      }),
    )
  })

  test('a span too large for a page is divided into at most the parts the server answers', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 401, max: 50_000_000 }),
        fc.bigInt({ min: 2n, max: 2n ** 61n }),
        (count, length) => {
          const step = nextStep({ from: START, to: START + length, count })
          expect(step.kind).not.toBe('rows')
          if (step.kind === 'parts') expect(spineOf(step.spans).total).toBe(count)
          if (step.kind !== 'counts') return
          const parts = length / (BigInt(step.intervalMillis) * NANOS_PER_MILLI)
          expect(parts >= 1n && parts < 1_998n).toBe(true)
        },
      ),
    )
  })

  test('what lies farthest from the view is let go first, and no place changes', () => {
    const rows = (count: number) => Array.from({ length: count }, (_, i) => logOf(`${i}`, START))
    const spine = spineOf(
      Array.from({ length: 10 }, (_, i) => ({
        from: -BigInt(i + 1),
        to: -BigInt(i),
        count: 100,
        rows: rows(100),
      })),
    )
    const kept = withRowsNear(spine, 350, 300)
    expect(kept.spans.flatMap((each, i) => (each.rows === undefined ? [] : [i]))).toEqual([2, 3, 4])
    expect([kept.total, kept.starts]).toEqual([spine.total, spine.starts])
  })
})
