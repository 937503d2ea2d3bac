import type { EventDraft } from '@heartwood/event'
import { ATTRIBUTE_KEYS, anyEvent, anyValidQuery } from '@heartwood/query-lang/generate'
import fc from 'fast-check'
import { type Engine, memory } from './engine.ts'
import { answer, isSame, type Question, questionsOf, sayQuestion } from './question.ts'
import { type Pair, shrink } from './shrink.ts'

export interface Extent {
  readonly seed: number
  /** Sets of events, each loaded once. */
  readonly sets: number
  readonly events: number
  /** Queries asked of each set: pairs are sets times queries. */
  readonly queries: number
}

const FIELDS = ['level', 'service', 'weight', 'resource.zone', 'items', 'hostname', ...ATTRIBUTE_KEYS]

/**
 * Asks an engine and the memory store the same of generated events and queries. Throws with the smallest pair it finds on
 * which they do not agree, and the seed that brings it about again.
 */
export async function expectAgreement(name: string, engine: Engine, extent: Extent): Promise<void> {
  const { seed, sets, queries } = extent
  const drafts = fc.sample(fc.array(anyEvent, { minLength: extent.events, maxLength: extent.events }), {
    seed,
    numRuns: sets,
  })
  for (const [set, generated] of drafts.entries()) {
    const events = [...generated.map((event, index) => ({ ...event, id: `user-${index}` })), ...LONG_EVENTS]
    const asked = fc.sample(anyValidQuery, { seed: seed + set, numRuns: queries })
    await using oracle = await memory(events)
    await using tested = await engine(events)
    for (let start = 0; start < asked.length; start += AT_ONCE) {
      const part = asked.slice(start, start + AT_ONCE)
      const found = await Promise.all(
        part.map(async (query, index) => {
          for (const question of questionsOf(start + index, FIELDS)) {
            const expected = await answer(oracle.reader, query, question)
            if (!isSame(expected, await answer(tested.reader, query, question))) return { query, question }
          }
          return undefined
        }),
      )
      for (const disagreed of found) {
        if (disagreed === undefined) continue
        const { query, question } = disagreed
        const smallest = await shrink(
          { events, query },
          async (pair) => !(await agreesOn(engine, pair, question)),
        )
        throw new Error(await disagreement(name, engine, smallest, question, { seed, set }))
      }
    }
    console.log(`${name}: ${(set + 1) * queries} of ${sets * queries} pairs agree`)
  }
}

/** Queries that are under way at a time. */
const AT_ONCE = 4

/** Values that an index does not have whole. */
const LONG_EVENTS: readonly EventDraft[] = [
  { message: `${'w'.repeat(9_000)} timeout 42` },
  {
    message: 'timeout user',
    attributes: { status: `user-1 ${'x '.repeat(5_000)}500`, error: 'ok '.repeat(4_000) },
  },
].map((event, index) => ({
  ...event,
  id: `long-${index}`,
  timestamp: 1_790_000_000_000_000_000n,
  observed_at: 5n,
}))

async function agreesOn(engine: Engine, { events, query }: Pair, question: Question): Promise<boolean> {
  await using oracle = await memory(events)
  await using tested = await engine(events)
  return isSame(await answer(oracle.reader, query, question), await answer(tested.reader, query, question))
}

async function disagreement(
  name: string,
  engine: Engine,
  { events, query }: Pair,
  question: Question,
  { seed, set }: { readonly seed: number; readonly set: number },
): Promise<string> {
  await using oracle = await memory(events)
  await using tested = await engine(events)
  return [
    `memory and ${name} do not agree (seed ${seed}, set ${set}) on ${sayQuestion(query, question)}`,
    ...events.map((event) => `  event: ${show(event)}`),
    `  memory: ${show(await answer(oracle.reader, query, question))}`,
    `  ${name}: ${show(await answer(tested.reader, query, question))}`,
  ].join('\n')
}

function show(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'bigint' ? `${inner}n` : inner instanceof Map ? Object.fromEntries(inner) : inner,
  )
}
