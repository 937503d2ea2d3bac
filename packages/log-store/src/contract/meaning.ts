import { readdirSync, readFileSync } from 'node:fs'
import { type EventDraft, nanosFromIso, type Scalar, severityOfLevel } from '@heartwood/event'
import { levelOf } from '@heartwood/query-lang'
import { describe, expect, test } from 'vitest'
import { parse as parseYaml } from 'yaml'
import { z } from 'zod'
import { append, EVER, type OpenStore, openStore, query, type StoreUnderTest } from './store-under-test.ts'

const ScalarValue = z.union([z.string(), z.number(), z.bigint(), z.boolean()])
const Values = z.record(z.string(), z.union([ScalarValue, z.array(ScalarValue)]))

/** An event of a case file: own fields by their names, `level` as a word, times in ISO 8601. */
const CaseEvent = z.strictObject({
  id: z.string(),
  '@timestamp': z.string().optional(),
  observed_at: z.string().optional(),
  level: z.string().optional(),
  severity_number: z.bigint().optional(),
  service: z.string().optional(),
  hostname: z.string().optional(),
  namespace: z.string().optional(),
  pod: z.string().optional(),
  environment: z.string().optional(),
  message: z.string().optional(),
  trace_id: z.string().optional(),
  span_id: z.string().optional(),
  request_id: z.string().optional(),
  source: z.string().optional(),
  weight: z.union([z.number(), z.bigint()]).optional(),
  raw: z.string().optional(),
  rest: z.string().optional(),
  attributes: Values.optional(),
  resource: Values.optional(),
})

/**
 * A file of cases/: load these events, run each query, expect these ids, separated by spaces: in any order, or those of
 * `newest_first` in theirs.
 */
export const CaseFile = z.strictObject({
  about: z.string(),
  events: z.array(CaseEvent),
  queries: z.array(z.tuple([z.string(), z.string()])),
  newest_first: z.array(z.tuple([z.string(), z.string()])).default([]),
})
export type CaseFile = z.infer<typeof CaseFile>

const CASES = new URL('../../cases/', import.meta.url)

/** Runs the files of cases/, one test a file; the failure names every query that went wrong. */
export function meaning(open: OpenStore): void {
  for (const file of readdirSync(CASES).filter((name) => name.endsWith('.yaml'))) {
    const cases = readCases(readFileSync(new URL(file, CASES), 'utf8'))
    describe(file, () => {
      test(cases.about, async () => {
        await using store = await openStore(open)
        await append(store, cases.events.map(draftOf))
        const found: string[] = []
        for (const [text] of cases.queries) found.push(told(text, (await answer(store, text)).sort()))
        for (const [text] of cases.newest_first) found.push(told(text, await answer(store, text)))
        const wanted = cases.queries.map(([text, ids]) => told(text, ids.split(' ').sort()))
        const inOrder = cases.newest_first.map(([text, ids]) => told(text, ids.split(' ')))
        expect(found).toEqual([...wanted, ...inOrder])
      })
    })
  }
}

/** Integers are read exactly, those a double holds become numbers again. */
export function readCases(yaml: string): CaseFile {
  return CaseFile.parse(parseYaml(yaml, { intAsBigInt: true }))
}

/** The ids that a query finds, newest first. */
async function answer(store: StoreUnderTest, text: string): Promise<string[]> {
  const { events } = await store.reader.search({ query: query(text), range: EVER, limit: 1000 })
  return events.map(({ id }) => id)
}

function told(text: string, ids: readonly string[]): string {
  return `${text} ==> ${ids.join(' ')}`
}

function draftOf(event: z.infer<typeof CaseEvent>): EventDraft {
  const {
    '@timestamp': time,
    observed_at,
    level,
    severity_number,
    weight,
    attributes,
    resource,
    ...text
  } = event
  const timestamp = nanosFromIso(time ?? '2026-01-01T00:00:00Z')
  const received = nanosFromIso(observed_at ?? '2026-01-01T00:00:01Z')
  if (timestamp === undefined || received === undefined) throw new Error(`${event.id}: not a time`)
  const named = level === undefined ? undefined : levelOf(level)
  return {
    ...text,
    message: event.message ?? '',
    source: event.source ?? 'json',
    timestamp,
    observed_at: received,
    severity_number: Number(severity_number ?? (named === undefined ? 0 : severityOfLevel(named))),
    weight: Number(weight ?? 1),
    attributes: valuesOf(attributes),
    resource: valuesOf(resource),
  }
}

function valuesOf(values: z.infer<typeof Values> = {}): Record<string, Scalar | Scalar[]> {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [
      key,
      Array.isArray(value) ? value.map(natural) : natural(value),
    ]),
  )
}

function natural(value: Scalar): Scalar {
  if (typeof value !== 'bigint') return value
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : value
}
