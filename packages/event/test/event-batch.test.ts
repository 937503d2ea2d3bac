import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  concatBatches,
  EventBatchBuilder,
  type EventDraft,
  exactIntegers,
  exactJson,
  levelOfSeverity,
  parseArray,
  rowOf,
  rowsOf,
  selectRows,
} from '../src/index.ts'
import { drafts } from './generated.ts'

function batchOf(rows: readonly EventDraft[]) {
  const builder = new EventBatchBuilder()
  for (const row of rows) builder.add(row)
  return builder.finish()
}

/** What a draft must come back as: everything it said, the level of its severity, and defaults. */
function expected(draft: EventDraft) {
  return {
    ...draft,
    level: levelOfSeverity(draft.severity_number ?? 0),
    source: draft.source ?? '',
    attributes: { ...draft.attributes },
    resource: { ...draft.resource },
  }
}

describe('an event batch', () => {
  test('gives back every row as it was added, whatever the keys and types', () => {
    fc.assert(
      fc.property(drafts, (rows) => {
        const events = [...rowsOf(batchOf(rows))]
        expect(
          events.map((event) => ({
            ...event,
            attributes: { ...event.attributes },
            resource: { ...event.resource },
          })),
        ).toMatchObject(rows.map(expected))
        events.forEach((event, row) => {
          expect(Object.keys(event.attributes).sort()).toEqual(
            Object.keys(rows[row]?.attributes ?? {}).sort(),
          )
        })
      }),
    )
  })

  test('selecting rows equals selecting the events, and joining equals adding them in turn', () => {
    fc.assert(
      fc.property(drafts, drafts, fc.array(fc.nat()), (first, second, picks) => {
        const batch = batchOf(first)
        const rows = Uint32Array.from(first.length === 0 ? [] : picks.map((pick) => pick % first.length))
        const all = [...rowsOf(batch)]
        expect([...rowsOf(selectRows(batch, rows))]).toEqual([...rows].map((row) => all[row]))
        expect([...rowsOf(concatBatches([batch, batchOf(second)]))]).toEqual([
          ...all,
          ...rowsOf(batchOf(second)),
        ])
      }),
    )
  })

  test('keys that differ only in case, and prototype names, stay apart and are plain data', () => {
    const attributes: Record<string, string> = Object.create(null)
    Object.assign(attributes, { userId: 'a', userid: 'b' })
    Object.defineProperty(attributes, '__proto__', { value: 'c', enumerable: true })
    const row = rowOf(batchOf([{ id: 'x-0', timestamp: 0n, observed_at: 0n, attributes }]), 0)
    expect(Object.entries(row.attributes)).toEqual([
      ['userId', 'a'],
      ['userid', 'b'],
      ['__proto__', 'c'],
    ])
  })

  test('integers past 2^53 stay exact, as values, in arrays and in JSON text', () => {
    const big = 9_007_199_254_740_993n
    const batch = batchOf([
      { id: 'x-0', timestamp: 0n, observed_at: 0n, attributes: { one: big, many: [1, big, 'x'] } },
    ])
    expect(rowOf(batch, 0).attributes).toMatchObject({ one: big, many: [1, big, 'x'] })
    expect(exactJson({ big })).toBe('{"big":9007199254740993}')
    expect(parseArray('[9007199254740993,1.5]')).toEqual([big, 1.5])
    expect(JSON.parse('{"a":9007199254740993,"b":1e400,"c":1e300}', exactIntegers)).toEqual({
      a: big,
      b: Number.POSITIVE_INFINITY,
      c: 1e300,
    })
  })

  test('a number that JSON cannot say is kept as its text', () => {
    const batch = batchOf([
      { id: 'x-0', timestamp: 0n, observed_at: 0n, attributes: { a: Number.NaN, b: 2n ** 64n } },
    ])
    expect(rowOf(batch, 0).attributes).toEqual({ a: 'NaN', b: '18446744073709551616' })
  })
})
