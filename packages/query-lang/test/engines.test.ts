import { EventBatchBuilder, rowsOf } from '@heartwood/event'
import fc from 'fast-check'
import { describe, expect, inject, test } from 'vitest'
import { ATTRIBUTE_KEYS, anyEvent, anyValidQuery } from '../src/generate.ts'
import {
  compileBatchPredicate,
  compileDuckDb,
  compileDuckDbText,
  compilePredicate,
  fieldText,
  print,
} from '../src/index.ts'
import { batchTable, openConnection } from './duckdb-table.ts'

const NOW = 1_790_000_000_000_000_000n

const anyBatch = fc.array(anyEvent, { minLength: 1, maxLength: 12 }).map((events) => {
  const builder = new EventBatchBuilder()
  for (const [index, event] of events.entries()) builder.add({ ...event, id: `user-${index}` })
  return builder.finish()
})

describe('one language, three compilers', () => {
  test('the batch predicate and DuckDB find exactly the rows that the event predicate finds', async () => {
    await using connection = await openConnection()
    await fc.assert(
      fc.asyncProperty(
        anyBatch,
        fc.array(anyValidQuery, { minLength: 60, maxLength: 60 }),
        async (batch, queries) => {
          await using table = await batchTable(connection, batch)
          const events = [...rowsOf(batch)]
          for (const query of queries) {
            const matches = compilePredicate(query, NOW)
            const expected = events.flatMap((event, row) => (matches(event) ? [row] : []))
            const compiled = compileDuckDb(query, table.columns, NOW)
            expect([...compileBatchPredicate(query, NOW)(batch)], `batch: ${print(query)}`).toEqual(expected)
            expect(
              await table.rowsWhere(compiled),
              `${print(query)}\n${compiled.sql}\n${compiled.params.join('\n')}`,
            ).toEqual(expected)
          }
        },
      ),
      { numRuns: inject('thorough') ? 25 : 8 },
    )
  }, 120_000)

  test('a field has the same text in DuckDB as in an event', async () => {
    await using connection = await openConnection()
    const names = [
      ...ATTRIBUTE_KEYS,
      'resource.zone',
      'resource.',
      'items',
      'level',
      'service',
      'message',
      'weight',
      'severity_number',
      '@timestamp',
      'missing',
    ]
    await fc.assert(
      fc.asyncProperty(anyBatch, async (batch) => {
        await using table = await batchTable(connection, batch)
        const events = [...rowsOf(batch)]
        for (const name of names) {
          const found = await table.values(compileDuckDbText(name, table.columns))
          expect(found, name).toEqual(events.map((event) => fieldText(event, name) ?? null))
        }
      }),
      { numRuns: inject('thorough') ? 25 : 8 },
    )
  }, 120_000)
})
