import { type AttributeValue, FLAGS, type LogEvent, MAX_NANOS, MIN_NANOS, rowOf } from '@heartwood/event'
import { expect, test } from 'vitest'
import {
  append,
  batchOf,
  DAY,
  draft,
  EVER,
  idsOf,
  type OpenStore,
  openStore,
  query,
  RECENT,
} from './store-under-test.ts'

export function holding(open: OpenStore): void {
  test('an event comes back as it was appended', async () => {
    await using store = await openStore(open)
    const full = draft('full-0', {
      timestamp: RECENT + 123_456_789n,
      observed_at: RECENT + 987_654_321n,
      severity_number: 18,
      service: 'checkout',
      hostname: 'web-1',
      namespace: 'shop',
      pod: 'checkout-5d',
      environment: 'production',
      message: 'line one\nline two\t\u0000 end',
      trace_id: '4bf92f3577b34da6a3ce929d0e0e4736',
      span_id: '00f067aa0ba902b7',
      request_id: 'r-1',
      source: 'elasticsearch',
      weight: 2.5,
      raw: '{"message":"x"}',
      flags: FLAGS.time_inferred | FLAGS.parse_failed,
      attributes: {
        text: 'café 🎉',
        empty: '',
        integer: 42,
        negative: -7,
        big: 9_007_199_254_740_993n,
        smallest: -(2n ** 63n),
        double: 0.1,
        large: 1e300,
        yes: true,
        no: false,
        list: ['a', 1, 2n ** 60n, true, 1.5, ''],
        none: [],
      },
      resource: { zone: 'eu-1', cpus: 4 },
      rest: '{"items":[{"sku":"a-1","price":1.50}],"n":9007199254740993}',
    })
    await append(store, [draft('other-0'), full])
    expect(plain(await store.reader.event('full-0'))).toEqual(plain(rowOf(batchOf([full]), 0)))
  })

  test('what an event does not have is undefined, and what no event has finds nothing', async () => {
    await using store = await openStore(open)
    await append(store, [draft('bare-0', { message: '' })])
    const event = await store.reader.event('bare-0')
    expect(event).toMatchObject({ id: 'bare-0', message: '', level: 'unknown', weight: 1, flags: 0 })
    expect(event?.service).toBeUndefined()
    expect(event?.rest).toBeUndefined()
    expect(Object.keys(event?.attributes ?? { wrong: 1 })).toEqual([])
    expect(await store.reader.event('bare-1')).toBeUndefined()
    expect(await idsOf(store, 'nobody.has:this')).toEqual([])
    expect(await idsOf(store, 'nobody.has>5 OR service:x OR message:*')).toEqual([])
    expect(await idsOf(store, 'NOT nobody.has:this')).toEqual(['bare-0'])
  })

  test('keys that differ only in case, look like code, or are empty stay apart', async () => {
    await using store = await openStore(open)
    const keys = [
      'userId',
      'userid',
      'USERID',
      '__proto__',
      'constructor',
      'toString',
      'hasOwnProperty',
      '',
      ' ',
      'a.b',
      'a b',
      'a"b',
      "a'b",
      'a`b',
      'a\\b',
      'a/b~c',
      '$key',
      '*',
      'é',
      'e\u0301',
      '日本',
      '🎉',
      'new\nline',
      'select',
      'id',
      'message',
      'row',
    ]
    const attributes: Record<string, AttributeValue> = Object.create(null)
    for (const [index, key] of keys.entries()) attributes[key] = `value${index}`
    // So long a key may be moved to `rest`, but it is found.
    const long = 'x'.repeat(300)
    await append(store, [
      draft('keys-0', { attributes }),
      draft('none-0'),
      draft('long-0', { attributes: { [long]: 'kept' } }),
    ])
    expect(await idsOf(store, `${long}:kept`)).toEqual(['long-0'])
    const found = await store.reader.event('keys-0')
    expect(plainValues(found?.attributes ?? {})).toEqual(plainValues(attributes))
    for (const [index, key] of keys.entries()) {
      const search = (value: string) =>
        store.reader.search({
          query: {
            kind: 'field',
            field: `attributes.${key}`,
            match: { kind: 'equals', value },
            span: { start: 0, end: 0 },
          },
          range: EVER,
          limit: 10,
        })
      expect(
        (await search(`value${index}`)).events.map(({ id }) => id),
        key,
      ).toEqual(['keys-0'])
      expect((await search(`value${index + 1}`)).events, key).toEqual([])
    }
  })

  test('values of any type live side by side under one key', async () => {
    await using store = await openStore(open)
    const values: AttributeValue[] = [500, 'ok', '500', true, 500.5, [500, 'late'], 9_007_199_254_740_993n]
    await append(
      store,
      values.map((status, index) => draft(`v-${index}`, { attributes: { status } })),
    )
    await append(store, [draft('w-0', { attributes: { status: 'later' } })])
    for (const [index, status] of values.entries()) {
      expect((await store.reader.event(`v-${index}`))?.attributes.status).toEqual(status)
    }
    expect((await idsOf(store, 'status:500')).sort()).toEqual(['v-0', 'v-2', 'v-5'])
    expect(await idsOf(store, 'status:ok')).toEqual(['v-1'])
    expect(await idsOf(store, 'status:true')).toEqual(['v-3'])
    expect((await idsOf(store, 'status>=500')).sort()).toEqual(['v-0', 'v-4', 'v-5', 'v-6'])
    expect(await idsOf(store, 'status:9007199254740993')).toEqual(['v-6'])
    expect(await idsOf(store, 'status:9007199254740992')).toEqual([])
    expect((await idsOf(store, 'status:*')).length).toBe(8)
  })

  test('times keep their nanoseconds from one end of int64 to the other', async () => {
    await using store = await openStore(open)
    const times = [
      MIN_NANOS,
      -1_500_000_001n,
      -1n,
      0n,
      1n,
      RECENT + 1n,
      RECENT + 2n,
      RECENT + 1000n * DAY,
      MAX_NANOS - 1n,
    ]
    await append(
      store,
      times.map((timestamp, index) => draft(`t-${index}`, { timestamp })),
    )
    expect(await idsOf(store, '*')).toEqual(times.map((_, index) => `t-${index}`).reverse())
    for (const [index, timestamp] of times.entries()) {
      expect((await store.reader.event(`t-${index}`))?.timestamp).toBe(timestamp)
      expect(await idsOf(store, '*', { from: timestamp, to: timestamp + 1n })).toEqual([`t-${index}`])
    }
    expect(await idsOf(store, '*', { from: -1n, to: 1n })).toEqual(['t-3', 't-2'])
  })

  test('a lone surrogate becomes U+FFFD and breaks no query', async () => {
    await using store = await openStore(open)
    const broken = 'before \ud800 after'
    await append(store, [
      draft('s-0', {
        message: broken,
        attributes: { one: broken, list: [broken, 'intact'], '\udc00key': 1 },
      }),
      draft('s-1', { message: 'whole', attributes: { list: ['whole'] } }),
    ])
    const event = await store.reader.event('s-0')
    expect(event?.message).toBe('before \ufffd after')
    expect(plainValues(event?.attributes ?? {})).toEqual({
      one: 'before \ufffd after',
      list: ['before \ufffd after', 'intact'],
      '\ufffdkey': 1,
    })
    expect(await idsOf(store, 'after')).toEqual(['s-0'])
    expect(await idsOf(store, 'list:intact')).toEqual(['s-0'])
    expect(await idsOf(store, 'whole')).toEqual(['s-1'])
  })

  test('fields lists what occurs in the range, with all its types', async () => {
    await using store = await openStore(open)
    await append(store, [
      draft('f-0', { service: 'checkout', attributes: { status: 500, userId: 'u', userid: true } }),
      draft('f-1', { attributes: { status: 'ok', tags: ['a'], ratio: 0.5 } }),
      draft('old-0', { timestamp: RECENT - 10n * DAY, attributes: { ancient: 1 } }),
    ])
    const fields = await store.reader.fields({ range: { from: RECENT, to: RECENT + DAY } })
    const types = new Map(fields.map(({ name, types }) => [name, types.toSorted()]))
    expect(types.get('status')).toEqual(['number', 'string'])
    expect(types.get('userId')).toEqual(['string'])
    expect(types.get('userid')).toEqual(['boolean'])
    expect(types.get('tags')).toEqual(['array'])
    expect(types.get('ratio')).toEqual(['number'])
    expect(types.get('service')).toEqual(['string'])
    const integers = new Map(fields.map(({ name, integers }) => [name, integers]))
    expect(
      ['status', 'ratio', 'userId', 'severity_number', 'weight'].map((name) => integers.get(name)),
    ).toEqual([true, false, false, true, false])
    expect(types.has('message')).toBe(true)
    expect(types.has('pod')).toBe(false)
    expect(types.has('ancient')).toBe(false)
    const names = fields.map(({ name }) => name)
    expect(names).toEqual([...new Set(names)].sort())
    expect(fields.every(({ events }) => events > 0)).toBe(true)
    expect(await store.reader.fields({ range: { from: RECENT + DAY, to: RECENT + 2n * DAY } })).toEqual([])
  })

  test('a field that only `rest` holds is found and counted like any other', async () => {
    await using store = await openStore(open)
    await append(store, [
      draft('r-0', { rest: '{"over.cap":"blue","items":[{"sku":"SKU-77"}],"resource.zone":"eu"}' }),
      draft('r-1', { rest: '{"over.cap":500,"tags":["x",{"deep":"y"}],"nothing":null}' }),
      draft('r-2', { attributes: { 'over.cap': 'blue' } }),
    ])
    expect((await idsOf(store, 'over.cap:blue')).sort()).toEqual(['r-0', 'r-2'])
    expect(await idsOf(store, 'over.cap:500')).toEqual(['r-1'])
    expect(await idsOf(store, 'over.cap>499')).toEqual(['r-1'])
    expect(await idsOf(store, 'tags:x')).toEqual(['r-1'])
    expect(await idsOf(store, '"sku 77"')).toEqual(['r-0'])
    expect(await idsOf(store, 'resource.zone:eu')).toEqual(['r-0'])
    expect(await idsOf(store, 'nothing:*')).toEqual([])
    expect(await store.reader.top({ query: query('*'), range: EVER, field: 'over.cap', limit: 10 })).toEqual([
      { value: 'blue', count: 2 },
      { value: '500', count: 1 },
    ])
  })
}

/** Comparable whatever the prototypes, and with undefined fields left out. */
function plain(event: LogEvent | undefined): unknown {
  if (event === undefined) return undefined
  const present = Object.entries(event).filter(([, value]) => value !== undefined)
  return {
    ...Object.fromEntries(present),
    attributes: plainValues(event.attributes),
    resource: plainValues(event.resource),
  }
}

function plainValues(values: Readonly<Record<string, AttributeValue>>): Record<string, AttributeValue> {
  return Object.fromEntries(Object.entries(values))
}
