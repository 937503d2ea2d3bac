import { EventBatchBuilder, type EventDraft, exactIntegers, exactJson, FLAGS, rowsOf } from '@heartwood/event'
import { describe, expect, test } from 'vitest'
import { toLogJson } from '../src/log-json.ts'
import { LogJson } from '../src/schemas.ts'

function written(draft: EventDraft): LogJson {
  return LogJson.parse(JSON.parse(wire(draft), exactIntegers))
}

function wire(draft: EventDraft): string {
  const builder = new EventBatchBuilder()
  builder.add(draft)
  const [event] = rowsOf(builder.finish())
  if (event === undefined) throw new Error('the batch has a row')
  return exactJson(toLogJson(event))
}

const SMALLEST = { id: 'b-0', timestamp: 1n, observed_at: 1_767_225_600_123_000_000n }

describe('toLogJson', () => {
  test('an event with nothing but its times is whole, without empty fields', () => {
    expect(written(SMALLEST)).toEqual({
      id: 'b-0',
      '@timestamp': '1970-01-01T00:00:00.000000001Z',
      observed_at: '2026-01-01T00:00:00.123Z',
      level: 'unknown',
      severity_number: 0,
      message: '',
      source: '',
      weight: 1,
      flags: [],
      attributes: {},
      resource: {},
    })
  })

  test('every kind of value keeps its digits and its type', () => {
    const attributes = {
      big: 9_007_199_254_740_993n,
      small: 5,
      half: 0.5,
      yes: true,
      text: '5',
      list: ['a', 1, 18_014_398_509_481_985n, false],
    }
    expect(written({ ...SMALLEST, attributes }).attributes).toEqual(attributes)
  })

  test('a sender may call a key __proto__', () => {
    const attributes = Object.fromEntries([['__proto__', 'x']])
    expect(wire({ ...SMALLEST, attributes })).toContain('"attributes":{"__proto__":"x"}')
  })

  test('flags have their names, and what was nested comes back as JSON', () => {
    const log = written({
      ...SMALLEST,
      flags: FLAGS.time_inferred | FLAGS.parse_failed,
      rest: '{"items":[{"sku":"a","n":9007199254740993}]}',
    })
    expect(log.flags).toEqual(['time_inferred', 'parse_failed'])
    expect(log.rest).toEqual({ items: [{ sku: 'a', n: 9_007_199_254_740_993n }] })
  })
})
