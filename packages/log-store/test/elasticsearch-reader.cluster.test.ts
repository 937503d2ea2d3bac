import { createServer } from 'node:http'
import { fold, isWordCharacter, parse, words } from '@heartwood/query-lang'
import { describe, expect, test } from 'vitest'
import { onLoopback } from '../../../scripts/stack/on-loopback.ts'
import { sharedServer } from '../../../scripts/stack/shared-server.ts'
import { append, draft, EVER, query, RECENT } from '../src/contract/store-under-test.ts'
import { openElasticsearchReader } from '../src/elasticsearch/index.ts'
import { indexTemplate } from '../src/elasticsearch/mapping.ts'
import { WORDS_ANALYZER } from '../src/elasticsearch/words-analyzer.ts'
import { faultProxy } from './elasticsearch/fault-proxy.ts'
import { newIndices, oneStore } from './elasticsearch/store-under-test.ts'

const SETTINGS = { retentionDays: 30 }

describe('the reader of Elasticsearch', () => {
  test('words of every letter of Unicode are those of query-lang, and so is their folding', async () => {
    const url = await sharedServer('elasticsearch')
    const index = `analysis-${process.pid}`
    const { settings } = indexTemplate({ prefix: 'x-', shards: 1, replicas: 0 }).template
    await ask(`${url}/${index}`, 'PUT', {
      settings: { ...settings, 'index.analyze.max_token_count': 100_000 },
    })
    try {
      for (let first = 0; first < 0x110000; first += 0x4000) {
        // Each code point by itself and between letters: what is no word character parts them.
        const texts = Array.from({ length: 0x4000 }, (_, offset) => first + offset)
          .filter((codePoint) => codePoint < 0xd800 || codePoint > 0xdfff)
          .map((codePoint) => `A${String.fromCodePoint(codePoint)}z `)
        if (texts.length === 0) continue
        const text = texts.join('')
        const body = { analyzer: WORDS_ANALYZER, text }
        const { tokens } = (await ask(`${url}/${index}/_analyze`, 'POST', body)) as {
          tokens: { token: string }[]
        }
        const found = tokens.map(({ token }) => token)
        const wanted = words(text)
        if (found.join(' ') !== wanted.join(' '))
          expect(found.find((token, at) => token !== wanted[at])).toBe(
            wanted.find((word, at) => word !== found[at]),
          )
      }
      expect(isWordCharacter(0x41) && fold('A')).toBe('a')
    } finally {
      await ask(`${url}/${index}`, 'DELETE')
    }
  })

  test('a question that is withdrawn ends at the server too', async () => {
    const url = await sharedServer('elasticsearch')
    const indices = newIndices(url)
    await using store = await oneStore(indices, SETTINGS)
    const many = Array.from({ length: 20_000 }, (_, index) =>
      draft(`e-${index}`, { timestamp: RECENT + BigInt(index) }),
    )
    await append(store, many)
    const stop = new AbortController()
    const scanning = store.reader.search({
      query: query('/[0-9]{30}/'),
      range: EVER,
      limit: 10,
      signal: stop.signal,
      onProgress: () => stop.abort(),
    })
    await expect(scanning).rejects.toMatchObject({ name: 'LogStoreError', code: 'aborted' })
    await expect.poll(() => searchesUnderWay(url, indices.prefix)).toEqual([])
    await expect.poll(() => openContexts(url, indices.prefix)).toBe(0)
  })

  test('an Elasticsearch that is away, or does not answer in full, is said to be so', async () => {
    const away = openElasticsearchReader({ address: { nodes: ['http://127.0.0.1:1'] }, prefix: 'x-' })
    const asked = { query: query('*'), range: EVER }
    await expect(away.count(asked)).rejects.toMatchObject({ name: 'LogStoreError', code: 'unavailable' })
    await expect(away.refresh()).rejects.toMatchObject({ code: 'unavailable' })
    await away.close()
    await expect(away.count(asked)).rejects.toMatchObject({ code: 'closed' })

    let status = 503
    const failing = createServer((_request, response) => {
      response.writeHead(status, { 'content-type': 'application/json', 'x-elastic-product': 'Elasticsearch' })
      response.end(JSON.stringify({ error: { type: 'some_exception', reason: 'all shards failed' }, status }))
    })
    await using server = await onLoopback(failing)
    const reader = openElasticsearchReader({ address: { nodes: [server.url] }, prefix: 'x-' })
    await expect(reader.search({ ...asked, limit: 1 })).rejects.toMatchObject({ code: 'unavailable' })
    status = 429
    await expect(reader.search({ ...asked, limit: 1 })).rejects.toMatchObject({ code: 'busy' })
    await reader.close()
  })

  test('a question asked while the index of another day is being made is answered when it is', async () => {
    const url = await sharedServer('elasticsearch')
    const indices = newIndices(url)
    await using store = await oneStore(indices, SETTINGS)
    await append(store, [draft('a', {})])
    const index = `${url}/${indices.prefix}2026.01.02`
    const nowhere = (name: string | null) => ({ 'index.routing.allocation.require._name': name })
    await ask(`${index}?wait_for_active_shards=0`, 'PUT', { settings: nowhere('no node') })
    await using proxy = await faultProxy(url)
    const reader = openElasticsearchReader({ address: { nodes: [proxy.url] }, prefix: indices.prefix })
    const answers = Promise.all([
      reader.count({ query: query('*'), range: EVER }),
      reader.search({ query: query('*'), range: EVER, limit: 10 }),
    ])
    await expect.poll(() => proxy.met.get('none') ?? 0).toBeGreaterThan(2)
    await ask(`${index}/_settings`, 'PUT', nowhere(null))
    const [count, { events }] = await answers
    expect([count, events.map(({ id }) => id)]).toEqual([1, ['a']])
    await reader.close()
  })

  test('what is more than Elasticsearch takes is answered all the same', async () => {
    await using store = await oneStore(newIndices(await sharedServer('elasticsearch')), SETTINGS)
    await append(store, [
      draft('a', { message: 'alpha', attributes: { code: 'x'.repeat(300), n: 7 } }),
      draft('b', { message: 'beta' }),
    ])
    const deep = `${'-('.repeat(40)}alpha${')'.repeat(40)}`
    const pasted = Array.from({ length: 999 }, (_, index) => `id${index}`).join(' OR ')
    const ranges = Array.from(
      { length: 490 },
      (_, index) => `n:${index * 10 + 7}.0 OR @timestamp:${index}`,
    ).join(' OR ')
    for (const [text, found] of [
      [deep, ['a']],
      [`${pasted} OR alpha`, ['a']],
      [ranges, ['a']],
      [`code:*${'x'.repeat(200)}*`, ['a']],
      [`code:*${'x*'.repeat(40)}`, ['a']],
      [`code:/${'x?'.repeat(50)}x{300}$/`, ['a']],
      [`*${'alphabeta'.repeat(40)}*`, []],
    ] as const) {
      expect(parse(text).valid, text.slice(0, 40)).toBe(true)
      const { events } = await store.reader.search({ query: parse(text).query, range: EVER, limit: 10 })
      expect(
        events.map(({ id }) => id),
        text.slice(0, 40),
      ).toEqual(found)
    }
  })

  test('numbers beyond the fields that an index may have are found and counted', async () => {
    await using store = await oneStore(newIndices(await sharedServer('elasticsearch')), SETTINGS)
    const events = Array.from({ length: 3 }, (_, event) => {
      const numbers = Array.from({ length: 500 }, (_, index) => event * 500 + index)
      return draft(`e-${event}`, {
        attributes: Object.fromEntries(numbers.map((number) => [`key_${number}`, number])),
      })
    })
    await append(store, events)
    for (const index of [0, 700, 1_499]) {
      expect(await store.reader.count({ query: query(`key_${index}>=${index}`), range: EVER })).toBe(1)
      const { groups } = await store.reader.percentiles({
        query: query('*'),
        range: EVER,
        field: `key_${index}`,
        percentiles: [50],
      })
      expect(groups).toEqual([{ value: '', count: 1, percentiles: [index] }])
    }
  })
})

async function ask(url: string, method: string, body?: object): Promise<unknown> {
  const response = await fetch(url, {
    method,
    ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  })
  const answer: unknown = await response.json()
  if (!response.ok) throw new Error(JSON.stringify(answer).slice(0, 500))
  return answer
}

/** Of the shards of one store: other tests ask the same server. */
async function searchesUnderWay(url: string, prefix: string): Promise<string[]> {
  const { tasks } = (await ask(
    `${url}/_tasks?actions=indices:data/read/search*&group_by=none&detailed`,
    'GET',
  )) as {
    tasks: { description: string }[]
  }
  return tasks.map(({ description }) => description).filter((description) => description.includes(prefix))
}

async function openContexts(url: string, prefix: string): Promise<number> {
  const { _all } = (await ask(`${url}/${prefix}*/_stats/search`, 'GET')) as {
    _all: { total: { search: { open_contexts: number } } }
  }
  return _all.total.search.open_contexts
}
