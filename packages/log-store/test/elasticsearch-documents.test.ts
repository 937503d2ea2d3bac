import { EventBatchBuilder, rowsOf } from '@heartwood/event'
import { anyEvent } from '@heartwood/query-lang/generate'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { documentEncoder } from '../src/elasticsearch/document.ts'
import { readDocument } from '../src/elasticsearch/read-document.ts'

const anyBatch = fc.array(anyEvent, { minLength: 1, maxLength: 8 }).map((events) => {
  const builder = new EventBatchBuilder()
  for (const [index, event] of events.entries()) builder.add({ ...event, id: `user-${index}` })
  return builder.finish()
})

describe('documents of Elasticsearch', () => {
  test('an event comes back from its document as it was', () => {
    fc.assert(
      fc.property(anyBatch, (batch) => {
        const encode = documentEncoder(batch)
        const events = [...rowsOf(batch)]
        expect(events.map((_event, row) => readDocument(JSON.parse(encode(row))))).toEqual(events)
      }),
      { numRuns: 300 },
    )
  })

  test('keys that no field can have, and lone surrogates, make a document all the same', () => {
    const builder = new EventBatchBuilder()
    const long = 'k'.repeat(5000)
    builder.add({
      id: 'a-0',
      timestamp: 1n,
      observed_at: 2n,
      attributes: { '': 1, 'nul\u0000key': [1, 2n ** 60n], [long]: 'v', '\ud800': 'w', fine: '\udc00' },
      resource: { '': 2n ** 62n },
    })
    const batch = builder.finish()
    const source: unknown = JSON.parse(documentEncoder(batch)(0))
    expect(source).toMatchObject({ inexact: true, ungrouped: true })
    const { attributes, resource } = readDocument(source)
    expect({ ...attributes }).toEqual({
      '': 1,
      'nul\u0000key': [1, 2n ** 60n],
      [long]: 'v',
      '\ufffd': 'w',
      fine: '\ufffd',
    })
    expect({ ...resource }).toEqual({ '': 2n ** 62n })
  })

  test('what an index would lack is said of the event', () => {
    const flags = (attributes: Record<string, string>, message = '') => {
      const builder = new EventBatchBuilder()
      builder.add({ id: 'a-0', timestamp: 1n, observed_at: 2n, attributes, message })
      const { inexact, ungrouped } = JSON.parse(documentEncoder(builder.finish())(0))
      return { inexact, ungrouped }
    }
    const both = { inexact: true, ungrouped: true }
    const words = 'word '.repeat(4000)
    expect(flags({ note: 'short' }, words)).toEqual({})
    expect(flags({}, 'w'.repeat(9000))).toEqual(both)
    expect(flags({}, 'two\u{fdd0}texts')).toEqual(both)
    expect(flags({ note: words })).toEqual(both)
    expect(flags({ error: words })).toEqual({ ungrouped: true })
  })
})
