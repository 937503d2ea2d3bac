import { type EventBatch, EventBatchBuilder, NANOS_PER_DAY, rowsOf } from '@heartwood/event'
import { anyEvent } from '@heartwood/query-lang/generate'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { JsonBytes } from '../src/elasticsearch/document/json-bytes.ts'
import { documentEncoder } from '../src/elasticsearch/document.ts'
import { eventIndex } from '../src/elasticsearch/names.ts'
import { readDocument } from '../src/elasticsearch/read-document.ts'
import { gatherOperations } from '../src/elasticsearch/write/operation-bytes.ts'
import { eventOperations } from '../src/elasticsearch/write/operations.ts'

const anyBatch = fc.array(anyEvent, { minLength: 1, maxLength: 8 }).map((events) => {
  const builder = new EventBatchBuilder()
  for (const [index, event] of events.entries()) builder.add({ ...event, id: `user-${index}` })
  return builder.finish()
})

/** The documents of a batch, read as JSON; all are written into the same bytes. */
function documentsOf(batch: EventBatch): unknown[] {
  const encode = documentEncoder(batch)
  const into = new JsonBytes(1)
  return Array.from({ length: batch.length }, (_, row) => {
    const start = into.end
    encode(row, into)
    return JSON.parse(into.written().subarray(start).toString())
  })
}

describe('documents of Elasticsearch', () => {
  test('an event comes back from its document as it was', () => {
    fc.assert(
      fc.property(anyBatch, (batch) => {
        expect(documentsOf(batch).map(readDocument)).toEqual([...rowsOf(batch)])
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
    const [source] = documentsOf(batch)
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
      const [document] = documentsOf(builder.finish())
      return z.object({ inexact: z.boolean(), ungrouped: z.boolean() }).partial().parse(document)
    }
    const both = { inexact: true, ungrouped: true }
    const words = 'word '.repeat(4000)
    expect(flags({ note: 'short' }, words)).toEqual({})
    expect(flags({}, 'w'.repeat(9000))).toEqual(both)
    expect(flags({}, 'two\u{fdd0}texts')).toEqual(both)
    expect(flags({ note: words })).toEqual(both)
    expect(flags({ error: words })).toEqual({ ungrouped: true })
  })

  test('a text stands in its document as it is, whatever bytes it has', () => {
    const piece = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 12 }),
      fc.string({
        unit: fc.constantFrom(
          '"',
          '\\',
          '\n',
          '\u0000',
          '\u001f',
          '\u007f',
          'é',
          '\ufdd0',
          '\uff1a',
          ' ',
          'a',
        ),
      }),
    )
    fc.assert(
      fc.property(fc.array(piece, { minLength: 1, maxLength: 6 }), (pieces) => {
        const builder = new EventBatchBuilder()
        for (const [index, message] of pieces.entries())
          builder.add({
            id: `a-${index}`,
            timestamp: 1n,
            observed_at: 2n,
            message,
            attributes: { note: message },
          })
        const read = documentsOf(builder.finish()).map(readDocument)
        const texts = pieces.map((text) => text.toWellFormed())
        expect(read.map(({ message }) => message)).toEqual(texts)
        expect(read.map(({ attributes }) => attributes.note)).toEqual(texts)
      }),
      { numRuns: 100 },
    )
  })

  test('an event goes to the index of its own times, whatever came before it', () => {
    const day = fc.bigInt(-40n, 5n).map((days) => days * NANOS_PER_DAY)
    const moment = fc
      .tuple(day, fc.bigInt(-2n, 2n), fc.constantFrom(0n, 1n))
      .map(([days, nanos, received]) => ({
        timestamp: 1_000n * NANOS_PER_DAY + days + nanos,
        observed_at: 1_000n * NANOS_PER_DAY + received * NANOS_PER_DAY,
      }))
    fc.assert(
      fc.property(
        fc.array(moment, { minLength: 1, maxLength: 20 }),
        fc.constantFrom('day', 'month'),
        (moments, period) => {
          const indices = { prefix: 'logs-', period } as const
          const builder = new EventBatchBuilder()
          for (const [index, times] of moments.entries()) builder.add({ id: `a-${index}`, ...times })
          const { bytes } = gatherOperations([...moments.keys()], eventOperations(indices, builder.finish()))
          const actions = bytes
            .toString()
            .split('\n')
            .filter((_line, index) => index % 2 === 0)
          expect(actions.slice(0, -1).map((line) => JSON.parse(line))).toEqual(
            moments.map(({ timestamp, observed_at }, index) => ({
              create: { _index: eventIndex('logs-', timestamp, observed_at, period), _id: `a-${index}` },
            })),
          )
        },
      ),
      { numRuns: 300 },
    )
  })
})
