import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  isChanged,
  moves,
  urlOfSaved,
  viewOfUrl,
  withFixedRange,
} from '../src/features/saved-searches/saved-url.ts'

const saved = (content: Partial<ReturnType<typeof viewOfUrl>> = {}) => ({
  id: '019a0000-0000-7000-8000-000000000001',
  owner: 'owner',
  name: 'Payments',
  description: '',
  query: 'level:error',
  from_time: 'now-1h',
  to_time: 'now',
  display: '',
  created_at: '2026-03-01T00:00:00.000Z',
  updated_at: '2026-03-01T00:00:00.000Z',
  ...content,
})

describe('a saved search', () => {
  test('is the search and how it is shown, not what is open in it', () => {
    const view = viewOfUrl(
      '?query=a%26b&from=now-6h&open=batch-7&live=true&order=oldest&columns=time,message&saved=x',
    )
    expect(view).toEqual({
      query: 'a&b',
      from_time: 'now-6h',
      to_time: 'now',
      display: 'columns=time%2Cmessage&order=oldest',
    })
  })

  test('opened is what was saved, whatever it was', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }).filter((query) => query.isWellFormed()),
        fc.constantFrom('now-1h', 'now-7d', '2026-03-01T10:00:00.000Z'),
        fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), fc.string()),
        (query, from_time, shown) => {
          const shownAs = new URLSearchParams(shown)
          for (const name of ['query', 'from', 'to', 'live', 'open', 'saved']) shownAs.delete(name)
          shownAs.sort()
          const content = { query, from_time, to_time: 'now', display: shownAs.toString() }
          expect(viewOfUrl(urlOfSaved(saved(content)))).toEqual(content)
        },
      ),
    )
  })

  test('is changed by another query, range or column, not by an opened row or the order of parameters', () => {
    const search = saved({ display: 'columns=time%2Cmessage&order=oldest' })
    const same = `?order=oldest&query=level:error&columns=time,message&open=b-1&saved=${search.id}`
    expect(isChanged(search, viewOfUrl(same))).toBe(false)
    for (const other of [
      same.replace('error', 'warn'),
      `${same}&from=now-6h`,
      same.replace('oldest', 'newest'),
      same.replace('&columns=time,message', ''),
    ])
      expect(isChanged(search, viewOfUrl(other))).toBe(true)
  })

  test('cannot bring parameters in through how it is shown that it has itself', () => {
    const hidden = saved({ display: 'query=secret&from=now-7d&open=b&live=true&order=oldest' })
    expect(viewOfUrl(urlOfSaved(hidden))).toEqual({ ...viewOfUrl('?query=level:error&order=oldest') })
  })

  test('moves with the time, until its range is fixed to that of a moment', () => {
    const view = viewOfUrl('?query=x&from=now-1h')
    expect(moves(view)).toBe(true)
    const fixed = withFixedRange(view, Date.parse('2026-03-01T12:00:00Z'))
    expect(fixed).toMatchObject({
      from_time: '2026-03-01T11:00:00.000Z',
      to_time: '2026-03-01T12:00:00.000Z',
    })
    expect(moves(fixed)).toBe(false)
  })
})
