import { parse } from '@heartwood/query-lang'
import { describe, expect, test } from 'vitest'
import { findingsOf, remedyAt } from '../src/features/search/query-bar/findings.ts'
import {
  historyMatching,
  readHistory,
  withQuery,
  writeHistory,
} from '../src/features/search/query-bar/query-history.ts'
import { offersAt, type Suggestions } from '../src/features/search/query-bar/suggestions.ts'

const NOW = Date.parse('2026-03-15T12:00:00Z')

describe('what is said of a draft', () => {
  const found = (draft: string) =>
    findingsOf(draft, parse(draft), { fields: ['service', 'status'], now: NOW, zone: 'UTC' })

  test('nothing, where nothing is wrong or doubtful', () => {
    for (const draft of ['', 'timeout', 'level:error service:a']) expect(found(draft)).toEqual([])
  })

  test('errors come before doubts, each with the draft that a click makes of it', () => {
    const [first, second] = found('serivce:x (a')
    expect(first).toMatchObject({
      kind: 'error',
      remedies: [{ does: { kind: 'write', text: 'serivce:x (a)' } }],
    })
    expect(second).toMatchObject({
      kind: 'warning',
      remedies: [{ does: { kind: 'write', text: 'service:x (a' } }],
    })
  })

  test('another language is offered in this one, with what is lost, and its parts are no mistakes', () => {
    expect(found('{app="a"} | pattern "<x>"')).toEqual([
      {
        kind: 'dialect',
        message: 'This is Loki. Here it is:',
        lost: [expect.stringContaining('pattern')],
        span: undefined,
        remedies: [{ title: 'service:a', does: { kind: 'write', text: 'service:a' } }],
      },
    ])
  })

  test('a time stamp alone is a time to go to', () => {
    const at = Date.parse('2026-03-01T10:00:00Z')
    expect(found('2026-03-01T10:00:00Z')[0]?.remedies[0]?.does).toEqual({ kind: 'jump', to: at })
  })

  test('a key takes the remedy at the cursor, else the first there is', () => {
    const findings = found('(a serivce:x')
    expect(remedyAt(findings, 5)?.does).toEqual({ kind: 'write', text: '(a service:x' })
    expect(remedyAt(findings, 12)?.does).toEqual({ kind: 'write', text: '(a serivce:x)' })
    expect(remedyAt([], 0)).toBeUndefined()
  })
})

describe('the history', () => {
  function storage() {
    const kept = new Map<string, string>()
    return {
      kept,
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => void kept.set(key, value),
      removeItem: (key: string) => void kept.delete(key),
    }
  }

  test('has the latest first, each query once, and no more than a hundred', () => {
    let history: readonly string[] = []
    for (let i = 0; i < 150; i++) history = withQuery(history, `q${i}`)
    history = withQuery(history, ' q100 ')
    expect(history.length).toBe(100)
    expect(history.slice(0, 2)).toEqual(['q100', 'q149'])
    expect(withQuery(history, '  ')).toBe(history)
  })

  test('comes back from the storage as it was; what is broken there is none', () => {
    const browser = storage()
    writeHistory(browser, ['a', 'b'])
    expect(readHistory(browser)).toEqual(['a', 'b'])
    for (const broken of ['{', '[1]', '{"a":1}', '[""]']) {
      for (const key of browser.kept.keys()) browser.kept.set(key, broken)
      expect(readHistory(browser)).toEqual([])
    }
    writeHistory(browser, [])
    expect(browser.kept.size).toBe(0)
  })

  test('is found by words in any order and case', () => {
    const history = ['level:error checkout', 'Checkout timeout', 'cart']
    expect(historyMatching(history, 'CHECK')).toEqual(history.slice(0, 2))
    expect(historyMatching(history, 'checkout error')).toEqual(history.slice(0, 1))
  })
})

describe('suggestions', () => {
  const asked: { field: string; query: string; typed: string }[] = []
  const suggestions: Suggestions = {
    fields: ['status', 'service'],
    history: ['service:cart timeout', 'other'],
    async values(field, query, typed) {
      asked.push({ field, query, typed })
      if (field === 'level') return [{ value: 'error', count: 3 }]
      return [
        { value: 'web checkout', count: 1_200 },
        { value: 'cart', count: 40 },
        { value: 'checkout', count: 7 },
      ]
    },
  }
  const offered = async (text: string, explicit = false) => {
    const cursor = text.indexOf('|')
    const plain = text.replace('|', '')
    const offers = await offersAt(plain, cursor, explicit, suggestions, new AbortController().signal)
    return offers.map(({ insert, start, end, about }) => [
      plain.slice(0, start) + insert + plain.slice(end),
      about,
    ])
  }

  test('values come by how often they occur, quoted where they must be', async () => {
    expect(await offered('service:|')).toEqual([
      ['service:"web checkout" ', '1,200'],
      ['service:cart ', '40'],
      ['service:checkout ', '7'],
    ])
  })

  test('those that begin as typed come before those that have it inside', async () => {
    expect((await offered('service:ch|')).map(([text]) => text)).toEqual([
      'service:checkout ',
      'service:"web checkout" ',
    ])
  })

  test('the rest of the query narrows them, under the own name of the field', async () => {
    asked.length = 0
    await offered('timeout log.level:e| -x')
    expect(asked).toEqual([{ field: 'level', query: 'timeout NOT x', typed: 'e' }])
  })

  test('levels that do not occur are offered without a count', async () => {
    expect((await offered('level:|')).slice(0, 2)).toEqual([
      ['level:error ', '3'],
      ['level:trace ', undefined],
    ])
    expect(
      await offersAt(
        'level:',
        6,
        false,
        { ...suggestions, values: async () => undefined },
        new AbortController().signal,
      ),
    ).toHaveLength(7)
  })

  test('fields, operators and queries that were run are offered for what is typed, nothing unasked', async () => {
    const texts = (await offered('serv|')).map(([text]) => text)
    expect(texts).toEqual(['service:', 'service:cart timeout'])
    expect((await offered('a O|')).map(([text]) => text)).toContain('a OR ')
    expect(await offered('|')).toEqual([])
    expect((await offered('|', true)).length).toBeGreaterThan(5)
    expect(await offered('message:|')).toEqual([])
  })
})
