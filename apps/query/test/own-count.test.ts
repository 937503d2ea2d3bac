import { join } from 'node:path'
import { AggregateOutput, CompareOutput, PatternsOutput, SearchOutput } from '@heartwood/api'
import type { LogEvent, Nanos } from '@heartwood/event'
import { openSegmentsReader } from '@heartwood/log-store'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { z } from 'zod'
import { NOW, someEvents } from './events.ts'
import { startQuery, type TestApp } from './query-app.ts'
import { openStore } from './segment-store.ts'

/** A condition as a reader writes it, and what this test takes it to mean. */
interface Condition {
  readonly text: string
  readonly holds: (event: LogEvent) => boolean
}

const service = fc.constantFrom('checkout', 'cart', 'search', 'login')
const anyTerm: fc.Arbitrary<Condition> = fc.oneof(
  service.map((name) => ({ text: `service:${name}`, holds: ({ service }: LogEvent) => service === name })),
  fc.constantFrom(9, 13, 17).map((least) => ({
    text: `level>=${{ 9: 'info', 13: 'warn', 17: 'error' }[least]}`,
    holds: ({ severity_number }: LogEvent) => severity_number >= least,
  })),
  fc.constantFrom(200, 500).map((status) => ({
    text: `status:${status}`,
    holds: ({ attributes }: LogEvent) => attributes.status === status,
  })),
  fc.nat(400).map((number) => ({
    text: `"request ${number}"`,
    holds: ({ message }: LogEvent) => message.startsWith(`request ${number} `),
  })),
  fc.nat(6).map((item) => ({
    text: `path:"/item/${item}"`,
    holds: ({ attributes }: LogEvent) => attributes.path === `/item/${item}`,
  })),
)
const anyCondition: fc.Arbitrary<Condition> = fc.oneof(
  { weight: 1, arbitrary: fc.constant<Condition>({ text: '*', holds: () => true }) },
  { weight: 3, arbitrary: anyTerm },
  {
    weight: 5,
    arbitrary: fc.tuple(anyTerm, anyTerm, fc.constantFrom('AND', 'OR', 'AND NOT')).map(([a, b, join]) => ({
      text: `(${a.text}) ${join} (${b.text})`,
      holds: (event: LogEvent) =>
        join === 'OR'
          ? a.holds(event) || b.holds(event)
          : a.holds(event) && b.holds(event) !== (join !== 'AND'),
    })),
  },
)

const MINUTE = 60_000_000_000n

test('totals, facets, buckets, patterns and comparisons are what one counts oneself, for random queries over segments', async () => {
  await using store = await openStore()
  const events = someEvents(400)
  await store.append(events.slice(0, 150))
  await store.append(events.slice(150))
  const reader = await openSegmentsReader({
    dir: join(store.dataDir, 'store'),
    tempDirectory: join(store.dataDir, 'tmp'),
    now: () => NOW,
  })
  await using app = await startQuery({ store: reader })
  await fc.assert(
    fc.asyncProperty(
      anyCondition,
      fc.integer({ min: 1, max: 50 }),
      fc.integer({ min: 1, max: 30 }),
      async ({ text, holds }, age, length) => {
        const from = NOW - BigInt(age) * MINUTE
        const to = from + BigInt(length) * MINUTE
        const within = (start: Nanos, end: Nanos) =>
          events.filter((event) => event.timestamp >= start && event.timestamp < end && holds(event))
        const found = within(from, to)
        const asked = { query: text, from_time: iso(from), to_time: iso(to) }

        const list = await ask(app, '/api/v1/search', SearchOutput, { ...asked, limit: '1000' })
        expect(list.total, text).toBe(found.length)
        expect(list.logs.map(({ id }) => id).sort(), text).toEqual(found.map(({ id }) => id).sort())

        for (const [by, textOf] of Object.entries(VALUES)) {
          const counted = tally(found.map(textOf))
          const split = await ask(app, '/api/v1/aggregate', AggregateOutput, { ...asked, by, interval: '5m' })
          expect(split.total, text).toBe(found.length)
          expect(Object.fromEntries(split.top.map(({ value, count }) => [value, count])), text).toEqual(
            counted,
          )
          for (const { start, count, groups } of split.buckets) {
            const begins = BigInt(Date.parse(start)) * 1_000_000n
            const inside = found.filter(
              ({ timestamp }) => timestamp >= begins && timestamp < begins + 5n * MINUTE,
            )
            expect(count, `${text} from ${start}`).toBe(inside.length)
            expect(groups, `${text} from ${start}`).toEqual(tally(inside.map(textOf)))
          }
        }

        const compared = await ask(app, '/api/v1/compare', CompareOutput, asked)
        const before = within(from - (to - from), from)
        const errors = (some: readonly LogEvent[]) =>
          some.filter(({ severity_number }) => severity_number >= 17)
        const column = (name: 'count' | 'errors' | 'previous_count' | 'previous_errors') =>
          Object.fromEntries(
            compared.values.flatMap((each) => (each[name] > 0 ? [[each.value, each[name]]] : [])),
          )
        expect([compared.total, compared.previous.total], text).toEqual([found.length, before.length])
        expect(column('count'), text).toEqual(tally(found.map(VALUES.service)))
        expect(column('errors'), text).toEqual(tally(errors(found).map(VALUES.service)))
        expect(column('previous_count'), text).toEqual(tally(before.map(VALUES.service)))
        expect(column('previous_errors'), text).toEqual(tally(errors(before).map(VALUES.service)))

        const { matched, looked, patterns } = await ask(app, '/api/v1/patterns', PatternsOutput, asked)
        expect([matched, looked], text).toEqual([found.length, found.length])
        expect(patterns.map(({ shape, count }) => [shape, count])).toEqual(
          found.length === 0 ? [] : [['request <*> took <*> ms', found.length]],
        )
        for (const { query, counts } of patterns) {
          expect(counts.reduce((sum, count) => sum + count, 0)).toBe(found.length)
          const both = { ...asked, query: `(${text}) ${query}`, limit: '1' }
          expect((await ask(app, '/api/v1/search', SearchOutput, both)).total, both.query).toBe(found.length)
        }
      },
    ),
    { numRuns: 25 },
  )
}, 60_000)

const VALUES = {
  service: ({ service }: LogEvent) => service ?? '',
  level: ({ level }: LogEvent) => level,
  status: ({ attributes }: LogEvent) => String(attributes.status),
  path: ({ attributes }: LogEvent) => String(attributes.path),
}

async function ask<T>(
  app: TestApp,
  path: string,
  schema: z.ZodType<T>,
  parameters: Record<string, string>,
): Promise<T> {
  const response = await app.get(`${path}?${new URLSearchParams(parameters)}`)
  expect(response.status, `${path} ${JSON.stringify(parameters)}`).toBe(200)
  return schema.parse(await response.json())
}

function iso(nanos: Nanos): string {
  return new Date(Number(nanos / 1_000_000n)).toISOString()
}

function tally(values: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1
  return counts
}
