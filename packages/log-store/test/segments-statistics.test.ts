import { type EventBatch, EventBatchBuilder, rowsOf } from '@heartwood/event'
import { compilePredicate, type FieldMatch, type Query } from '@heartwood/query-lang'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { openSegmentsReader } from '../src/segments/open-reader.ts'
import { openSegmentsWriter } from '../src/segments/open-writer.ts'
import { temporaryFolder } from './segments/store-content.ts'

const EVER = { from: -(2n ** 63n), to: 2n ** 63n }

/** Strings whose order and cut prefixes are easy to get wrong: long common starts, the ends of planes, no letters. */
const awkwardText = fc.oneof(
  fc.constantFrom('', ' ', '\0', '\uffff', '\u{10ffff}', '\ud7ff', '\ue000', '\u{10000}', '\ufeffbom', 'ÿ'),
  fc
    .tuple(
      fc.constantFrom(
        'a'.repeat(15),
        'a'.repeat(16),
        '\u{10ffff}'.repeat(4),
        '\uffff'.repeat(6),
        'é'.repeat(8),
      ),
      fc.constantFrom('', 'a', 'b', '\0', '\uffff', '\u{10ffff}', '\u{1f600}'),
    )
    .map(([start, end]) => start + end),
  fc.string({ unit: 'binary', maxLength: 24 }),
)

const awkwardNumber = fc.oneof(
  fc.constantFrom(0, -0, 0.5, -0.5, 5e-324, 1.7976931348623157e308, -1.7976931348623157e308, 2 ** 53, 1e16),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.integer(),
)

const awkwardEvent = fc.record({
  service: fc.option(awkwardText, { nil: undefined }),
  trace_id: fc.option(awkwardText, { nil: undefined }),
  request_id: fc.option(awkwardText, { nil: undefined }),
  text: fc.option(awkwardText, { nil: undefined }),
  number: fc.option(awkwardNumber, { nil: undefined }),
  nanos: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
})
type AwkwardEvent = typeof awkwardEvent extends fc.Arbitrary<infer Event> ? Event : never

function batchOf(events: readonly AwkwardEvent[], commit: number): EventBatch {
  const builder = new EventBatchBuilder()
  for (const [index, { service, trace_id, request_id, text, number, nanos }] of events.entries()) {
    builder.add({
      id: `c${commit}-${index}`,
      timestamp: nanos,
      observed_at: nanos,
      service,
      trace_id,
      request_id,
      message: 'x',
      attributes: { ...(text !== undefined && { text }), ...(number !== undefined && { number }) },
    })
  }
  return builder.finish()
}

function field(name: string, match: FieldMatch): Query {
  return { kind: 'field', field: name, match, span: { start: 0, end: 0 } }
}

/** Questions that statistics and Bloom filters may answer: each value of the data, met exactly and passed just so. */
function questionsOn(events: readonly AwkwardEvent[]): Query[] {
  return events.flatMap(({ service, trace_id, request_id, text, number }) => [
    ...Object.entries({ service, trace_id, request_id, text }).flatMap(([name, value]) =>
      value === undefined ? [] : [field(name, { kind: 'equals', value })],
    ),
    ...(number === undefined
      ? []
      : [
          field('number', { kind: 'equals', value: String(number) }),
          ...(['>', '>=', '<', '<='] as const).map((op) =>
            field('number', { kind: 'compare', op, value: String(number) }),
          ),
        ]),
  ])
}

it('statistics and Bloom filters hide no row: DuckDB counts what a full scan counts', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(awkwardEvent, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 4 }),
      async (commits) => {
        await using folder = await temporaryFolder()
        const { dir } = folder
        const writer = await openSegmentsWriter({ dir, retentionDays: 30, maxBytes: 1e9, ballastBytes: 0 })
        const reader = await openSegmentsReader({ dir, waiting: 10_000 })
        try {
          const batches = commits.map(batchOf)
          for (const [commit, events] of batches.entries()) {
            const from = commit === 0 ? null : BigInt(commit)
            const to = BigInt(commit + 1)
            await writer.append({ partition: 0, from, to, events, deadLetters: [], batches: [] })
          }
          const all = batches.flatMap((batch) => [...rowsOf(batch)])
          for (const query of questionsOn(commits.flat())) {
            const matches = compilePredicate(query, 0n)
            const found = await reader.count({ query, range: EVER })
            expect(found, JSON.stringify(query)).toBe(all.filter(matches).length)
          }
        } finally {
          await reader.close()
          await writer.close()
        }
      },
    ),
    { numRuns: 25 },
  )
}, 120_000)

it('a column with NaN, which no JSON can bring, has no statistics that hide its other values', async () => {
  await using folder = await temporaryFolder()
  const { dir } = folder
  const writer = await openSegmentsWriter({ dir, retentionDays: 30, maxBytes: 1e9, ballastBytes: 0 })
  const reader = await openSegmentsReader({ dir })
  const builder = new EventBatchBuilder()
  for (const id of ['a', 'b', 'c', 'd']) builder.add({ id, timestamp: 0n, observed_at: 0n })
  const values = Float64Array.of(Number.NaN, 1.5, Number.NaN, -0)
  const present = Uint8Array.of(1, 1, 1, 1)
  const events = {
    ...builder.finish(),
    attributes: new Map([['number', { double: { type: 'double' as const, present, values } }]]),
  }
  await writer.append({ partition: 0, from: null, to: 1n, events, deadLetters: [], batches: [] })
  const count = (match: FieldMatch) => reader.count({ query: field('number', match), range: EVER })
  expect(await count({ kind: 'equals', value: '1.5' })).toBe(1)
  expect(await count({ kind: 'equals', value: '0' })).toBe(1)
  expect(await count({ kind: 'compare', op: '<', value: '1' })).toBe(1)
  await reader.close()
  await writer.close()
})
