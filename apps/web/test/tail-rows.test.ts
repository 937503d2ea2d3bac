import { NANOS_PER_SECOND } from '@heartwood/event'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { listedRows } from '../src/features/search/log-pages/listed-rows.ts'
import { ArrivalRate } from '../src/features/search/tail/arrival-rate.ts'
import { FRESH_MILLIS, FreshRows } from '../src/features/search/tail/fresh-rows.ts'
import { Listening } from '../src/features/search/tail/listening.ts'
import { SeenIds } from '../src/features/search/tail/seen-ids.ts'
import { logItem } from '../src/features/search/tail/tail-item.ts'
import { TailRing } from '../src/features/search/tail/tail-ring.ts'
import { TailRows } from '../src/features/search/tail/tail-rows.ts'
import type { TailView } from '../src/features/search/tail/tail-view.ts'
import { duration, markText, missedRange, rateText } from '../src/features/search/tail/tail-words.ts'
import { logOf, MIDNIGHT } from './stored-logs.ts'

function log(id: string) {
  const second = BigInt(id.replace(/\D/g, '').slice(-2) || 0)
  return logOf(id, MIDNIGHT + (second > 59n ? 0n : second) * NANOS_PER_SECOND)
}
const logs = (...ids: string[]) => ids.map(log)
const some = (count: number, from = 0) => logs(...Array.from({ length: count }, (_, i) => `e${from + i}`))
const LIMITS = { items: 8, weight: 1_000_000 }

/** What the list shows, newest first: ids, and a mark as its kind. */
function shown(view: TailView): string[] {
  return Array.from(
    { length: view.size },
    (_, index) => view.logAt(index)?.id ?? `<${view.markAt(index)?.kind}>`,
  )
}

describe('the ring of a tail', () => {
  test('it holds the newest items, finds each by number and id, and nothing else', () => {
    fc.assert(
      fc.property(
        fc.record({ items: fc.integer({ min: 1, max: 9 }), weight: fc.integer({ min: 1, max: 6 }) }),
        fc.array(fc.nat(3), { maxLength: 60 }),
        (limits, weights) => {
          const ring = new TailRing<{ id: string; weight: number }>(limits)
          let model: { id: string; weight: number }[] = []
          for (const [n, weight] of weights.entries()) {
            const item = { id: `i${n}`, weight }
            const letGo = ring.push(item)
            const before = [...model, item]
            expect(letGo).toEqual(before.slice(0, letGo.length))
            model = before.slice(letGo.length)
            expect(ring.items()).toEqual(model)
            expect(model.length).toBeLessThanOrEqual(limits.items)
            const total = model.reduce((sum, { weight }) => sum + weight, 0)
            expect(total <= limits.weight || model.length === 1).toBe(true)
          }
          for (const [index, item] of model.entries()) {
            const number = ring.newest - (model.length - 1 - index)
            expect(ring.numberOf(item.id)).toBe(number)
            expect(ring.at(number)).toBe(item)
          }
          expect(ring.at(ring.newest + 1)).toBeUndefined()
          expect(ring.at(ring.newest - model.length)).toBeUndefined()
        },
      ),
    )
  })

  test('an id is known within the window, and what is remembered is bounded', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 10 }),
        fc.array(fc.nat(30), { maxLength: 200 }),
        (window, ids) => {
          const seen = new SeenIds(window)
          const added: number[] = []
          for (const id of ids) {
            const isNew = seen.add(String(id))
            if (added.slice(-window).includes(id)) expect(isNew).toBe(false)
            if (!added.slice(-2 * window).includes(id)) expect(isNew).toBe(true)
            if (isNew) added.push(id)
          }
        },
      ),
    )
  })
})

type Act =
  | { kind: 'arrived'; ids: number[] }
  | { kind: 'skipped'; more: number }
  | { kind: 'connected' | 'lost' | 'pause' | 'resume' | 'clear' }
const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('arrived' as const), ids: fc.array(fc.nat(60)) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('skipped' as const), more: fc.nat(5) }) },
  fc.record({ kind: fc.constantFrom('connected', 'lost', 'pause', 'resume', 'clear') }),
)

describe('the rows of a tail', () => {
  test('whatever happens: counts add up, no line is there twice, none moves while paused, and rows are bounded', () => {
    fc.assert(
      fc.property(fc.array(act, { maxLength: 40 }), (acts) => {
        const rows = new TailRows(LIMITS)
        let ofStream = 0
        let total = 0
        for (const act of acts) {
          const before = shown(rows.view())
          const wasPaused = rows.paused
          switch (act.kind) {
            case 'arrived':
              rows.arrived(logs(...act.ids.map((id) => `e${id}`)))
              break
            case 'skipped':
              ofStream += act.more
              rows.skippedByServer(ofStream)
              break
            case 'connected':
              ofStream = 0
              rows.connected()
              break
            case 'lost':
              rows.lost(1, 2)
              break
            default:
              rows[act.kind]()
          }
          const { matched, shown: seen, waiting, skipped } = rows.counts()
          expect(seen + waiting + skipped).toBe(matched)
          expect(Math.min(seen, waiting, skipped)).toBeGreaterThanOrEqual(0)
          expect(rows.total).toBeGreaterThanOrEqual(total)
          total = rows.total
          const now = shown(rows.view())
          expect(now.length).toBeLessThanOrEqual(LIMITS.items)
          const ids = now.filter((id) => !id.startsWith('<'))
          expect(new Set(ids).size).toBe(ids.length)
          if (wasPaused && act.kind !== 'resume' && act.kind !== 'clear') expect(now).toEqual(before)
        }
      }),
    )
  })

  test('the newest arrival stands on top', () => {
    const rows = new TailRows(LIMITS)
    rows.arrived(logs('a', 'b'))
    rows.arrived(logs('c'))
    expect(shown(rows.view())).toEqual(['c', 'b', 'a'])
  })

  test('a line that is sent again, as after a restart of the indexer, is neither shown nor counted again', () => {
    const rows = new TailRows(LIMITS)
    rows.arrived(logs('a', 'b'))
    rows.lost(1, 2)
    rows.connected()
    rows.arrived(logs('a', 'b', 'c'))
    expect(shown(rows.view())).toEqual(['c', '<lost>', 'b', 'a'])
    expect(rows.counts()).toEqual({ matched: 3, shown: 3, waiting: 0, skipped: 0 })
  })

  test('losses without a line between them are one mark, from the first to the last', () => {
    const rows = new TailRows(LIMITS)
    rows.arrived(logs('a'))
    rows.lost(1_000, 2_000)
    rows.lost(3_000, 9_000)
    expect(shown(rows.view())).toEqual(['<lost>', 'a'])
    expect(rows.view().markAt(0)).toMatchObject({ from: 1_000, to: 9_000 })
  })

  test('while paused nothing moves; resuming shows what came, and a mark where more came than is kept', () => {
    const rows = new TailRows(LIMITS)
    rows.arrived(logs('a'))
    rows.pause()
    rows.arrived(some(9, 10))
    expect(shown(rows.view())).toEqual(['a'])
    expect(rows.counts()).toEqual({ matched: 10, shown: 1, waiting: 6, skipped: 3 })
    rows.resume()
    expect(shown(rows.view())).toEqual(['e18', 'e17', 'e16', 'e15', 'e14', 'e13', '<unkept>', 'a'])
    expect(rows.view().markAt(6)).toMatchObject({
      lines: 3,
      from: Date.parse('2026-03-01T00:00:10Z'),
      to: Date.parse('2026-03-01T00:00:12Z'),
    })
    expect(rows.counts()).toEqual({ matched: 10, shown: 7, waiting: 0, skipped: 3 })
  })

  test('a view stays what it was while more comes', () => {
    const rows = new TailRows(LIMITS)
    rows.arrived(logs('a', 'b'))
    const view = rows.view()
    rows.arrived(logs('c'))
    expect(shown(view)).toEqual(['b', 'a'])
    expect([view.indexOf('a'), view.indexOf('c')]).toEqual([1, undefined])
  })

  test('what a search found is no part of the tail any more, nor is what came before any of it', () => {
    const rows = new TailRows(LIMITS)
    rows.arrived(logs('a', 'b', 'c', 'd'))
    rows.foundBelow({ logs: logs('b', 'x'), all: false })
    expect(shown(rows.view())).toEqual(['d', 'c'])
    // Shown further down already.
    rows.arrived(logs('x', 'e'))
    expect(shown(rows.view())).toEqual(['e', 'd', 'c'])
    rows.foundBelow({ logs: logs('e'), all: true })
    expect(shown(rows.view()), 'a line that is not to be found yet stays').toEqual(['d', 'c'])
  })

  test('once a search has found what came while nobody listened, the mark says so, and goes with the next search', () => {
    const rows = new TailRows(LIMITS)
    rows.arrived(logs('a', 'b'))
    rows.lost(1_000, 2_000)
    rows.arrived(logs('d'))
    rows.foundBelow({ logs: logs('b', 'c', 'a'), all: true })
    expect(shown(rows.view())).toEqual(['d', '<lost>'])
    expect(markText(rows.view().markAt(1) ?? expect.fail())).toContain('searched again')
    rows.foundBelow({ logs: logs('d', 'b', 'c', 'a'), all: true })
    expect(shown(rows.view())).toEqual([])
  })

  test('what was found stands below only while no row in between is gone', () => {
    const rows = new TailRows(LIMITS)
    expect(rows.view().isJoined).toBe(true)
    rows.arrived(some(9))
    expect(rows.view()).toMatchObject({ isJoined: false, letGo: 1 })
    rows.foundBelow({ logs: some(5), all: false })
    expect(rows.view()).toMatchObject({ isJoined: true, size: 4 })
    rows.clear()
    expect(rows.view()).toMatchObject({ isJoined: false, size: 0 })
    rows.arrived(logs('z'))
    rows.foundBelow({ logs: logs('z', 'y'), all: true })
    expect(rows.view(), 'what was cleared away comes back only when it is asked for').toMatchObject({
      isJoined: false,
      size: 1,
    })
    rows.showFound()
    expect(rows.view()).toMatchObject({ isJoined: true, size: 0 })
  })
})

describe('how a tail stands', () => {
  test('the rate is that of the last seconds, and 0 once nothing comes', () => {
    const rate = new ArrivalRate()
    expect(rate.perSecond()).toBeUndefined()
    for (let second = 0; second <= 10; second++) rate.sample(second * 1_000, second * 200)
    expect(rate.perSecond()).toBe(200)
    for (let second = 11; second <= 16; second++) rate.sample(second * 1_000, 2_000)
    expect(rate.perSecond()).toBe(0)
  })

  test('of steady lines the rate is theirs, whenever it is looked at', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 10_000 }),
        fc.array(fc.integer({ min: 1, max: 3_000 }), { minLength: 1, maxLength: 30 }),
        (perSecond, waits) => {
          const rate = new ArrivalRate()
          let at = 0
          rate.sample(0, 0)
          for (const wait of waits) {
            at += wait
            rate.sample(at, (at * perSecond) / 1_000)
          }
          expect(rate.perSecond()).toBeCloseTo(perSecond, 5)
        },
      ),
    )
  })

  test('a time in which nobody listened goes from the last that was heard to the next, and none is told twice', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('heard', 'lost')), (calls) => {
        const listening = new Listening()
        let heardAt: number | undefined
        let isLost = false
        for (const [at, call] of calls.entries()) {
          if (call === 'lost') {
            listening.lost()
            isLost = true
            continue
          }
          const expected = isLost && heardAt !== undefined ? { from: heardAt, to: at } : undefined
          expect(listening.heard(at)).toEqual(expected)
          heardAt = at
          isLost = false
        }
      }),
    )
  })

  test('a row is new for a moment, and exactly those that came in it', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ wait: fc.nat(900), rows: fc.nat(4) })), (steps) => {
        const fresh = new FreshRows()
        fresh.startFrom(-1)
        const arrivals: number[] = []
        let at = 0
        for (const { wait, rows } of steps) {
          at += wait
          for (let row = 0; row < rows; row++) arrivals.push(at)
          const expected = arrivals.filter((arrival) => arrival > at - FRESH_MILLIS).length
          expect(fresh.show(arrivals.length - 1, at)).toBe(expected)
        }
      }),
    )
  })

  test('a mark says what is missing, and its search takes in the time of it', () => {
    const mark = { kind: 'lost', id: 'm', from: 100_000, to: 112_400, searched: false } as const
    expect(markText(mark)).toBe('Connection lost for 12 s: lines may be missing here')
    const { from, to } = missedRange(mark)
    expect(from < mark.from && to > mark.to).toBe(true)
    expect(markText({ kind: 'unkept', id: 'm', from: 1, to: 2, lines: 1 })).toBe(
      '1 line that came while paused is not kept here',
    )
    expect([0.02, 0.44, 12.4, 5012].map(rateText)).toEqual(['<0.1', '0.4', '12', '5,012'])
    expect([300, 61_000, 3_700_000].map(duration)).toEqual(['1 s', '1 min', '1 h 2 min'])
  })
})

test('in either order each row of a tail and of what was found has one place, and is found at it', () => {
  const rows = new TailRows(LIMITS)
  rows.arrived(logs('a', 'b'))
  rows.lost(1, 2)
  rows.arrived(logs('c'))
  const found = some(5).map(({ id }) => id)
  const pages = {
    total: found.length,
    rowAt: (row: number) => (found[row] === undefined ? undefined : log(found[row])),
    timeAt: () => 0,
    rowOf: (id: string) => (found.includes(id) ? found.indexOf(id) : undefined),
    held: () => logs(...found),
    look: (first: number, last: number) => looked.push([first, last]),
  }
  const looked: number[][] = []
  const expected = ['c', '<lost>', 'b', 'a', ...found]
  for (const order of ['newest', 'oldest'] as const) {
    const listed = listedRows({ tail: rows.view(), pages, order })
    const inOrder = order === 'newest' ? expected : expected.toReversed()
    const all = inOrder.map((_, index) => listed.rowAt(index)?.id ?? `<${listed.markAt(index)?.kind}>`)
    expect(all).toEqual(inOrder)
    for (const [index, id] of inOrder.entries())
      if (!id.startsWith('<')) expect(listed.indexOf(id)).toBe(index)
    expect(listed.held().map(({ id }) => id)).toEqual(inOrder.filter((id) => !id.startsWith('<')))
    listed.look(0, listed.total - 1)
  }
  expect(looked).toEqual([
    [0, 4],
    [0, 4],
  ])
})

test('an item weighs at least what it holds', () => {
  expect(logItem({ ...log('a'), raw: 'x'.repeat(1_000) }).weight).toBeGreaterThan(1_000)
})
