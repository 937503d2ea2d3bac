import { AggregateOutput, SearchOutput } from '@heartwood/api'
import { nanosFromIso } from '@heartwood/event'
import { z } from 'zod'
import type { Ledger, Range } from '../expected/ledger.ts'
import { weightedPercentile } from '../measure/percentiles.ts'
import type { Asked, Expected } from './question.ts'
import { isoFromMicros } from './ranges.ts'

/** What is wrong with an answer, or undefined. */
export function wrongWith({ instance, range, answer }: Asked, ledger: Ledger): string | undefined {
  const { expected } = instance
  switch (expected.kind) {
    case 'rows':
      return wrongRows(SearchOutput.parse(answer), ledger.latest(expected.matches, range, expected.limit))
    case 'total':
      return wrongTotal(SearchOutput.parse(answer).total, ledger.count(expected.matches, range))
    case 'event': {
      const isInside = expected.micros >= range.from && expected.micros < range.to
      const found = SearchOutput.parse(answer)
      return wrongRows(found, isInside ? [expected.micros] : []) ?? wrongTotal(found.total, isInside ? 1 : 0)
    }
    case 'percentile':
      return wrongPercentiles(Percentiles.parse(answer), expected, range, ledger)
    case 'groups':
      return wrongGroups(AggregateOutput.parse(answer), expected, range, ledger)
  }
}

const Percentiles = z.object({
  relative_error: z.number(),
  groups: z.array(z.object({ value: z.string(), count: z.number(), values: z.array(z.number()) })),
})
type Percentiles = z.infer<typeof Percentiles>

function wrongPercentiles(
  { groups, relative_error }: Percentiles,
  { matches, key, number, percent, limit }: Extract<Expected, { kind: 'percentile' }>,
  range: Range,
  ledger: Ledger,
): string | undefined {
  const values = ledger.valuesBy(matches, range, key, number)
  const counts = new Map(
    [...values].map(([name, times]) => [name, [...times.values()].reduce((sum, count) => sum + count, 0)]),
  )
  const most = [...counts.values()].sort((a, b) => b - a).slice(0, limit)
  if (groups.length !== most.length) return `${groups.length} groups, expected ${most.length}`
  for (const [index, { value, count, values: told }] of groups.entries()) {
    if (counts.get(value) !== count || count !== most[index])
      return `group ${index} is ${value} with ${count} numbers, expected ${counts.get(value)}, and ${most[index]} for the group there`
    const expected = weightedPercentile(values.get(value) ?? new Map(), percent)
    const [found = Number.NaN] = told
    if (!(Math.abs(found - expected) <= Math.abs(expected) * relative_error + ROUNDING))
      return `the percentile of ${value} is ${found}, expected ${expected} give or take ${relative_error * 100} %`
  }
  return undefined
}

const ROUNDING = 1e-9

function wrongTotal(total: number, expected: number): string | undefined {
  return total === expected ? undefined : `total ${total}, expected ${expected}`
}

function wrongRows({ logs }: SearchOutput, expected: readonly number[]): string | undefined {
  if (logs.length !== expected.length) return `${logs.length} rows, expected ${expected.length}`
  const at = logs.findIndex((log, index) => microsOf(log['@timestamp']) !== expected[index])
  const micros = expected[at]
  if (micros === undefined) return undefined
  return `row ${at} is of ${logs[at]?.['@timestamp']}, expected ${isoFromMicros(micros)}`
}

function wrongGroups(
  { total, top, buckets, interval_ms }: AggregateOutput,
  { matches, key, limit }: Extract<Expected, { kind: 'groups' }>,
  range: Range,
  ledger: Ledger,
): string | undefined {
  const counts = ledger.countBy(matches, range, key)
  const all = [...counts.values()].reduce((sum, count) => sum + count, 0)
  const wrong = wrongTotal(total, all)
  if (wrong !== undefined) return wrong
  const most = [...counts.values()].sort((a, b) => b - a).slice(0, limit)
  if (top.length !== most.length) return `${top.length} values, expected ${most.length}`
  for (const [index, { value, count }] of top.entries())
    if (counts.get(value) !== count || count !== most[index])
      return `value ${index} is ${value}: ${count}, expected ${counts.get(value)}, and ${most[index]} for the value there`
  for (const { start, count } of buckets) {
    const begin = microsOf(start)
    const end = begin + interval_ms * 1_000
    const part = { from: Math.max(begin, range.from), to: Math.min(end, range.to) }
    const expected = ledger.count(matches, part)
    if (count !== expected) return `the bucket of ${start} has ${count}, expected ${expected}`
  }
  return undefined
}

function microsOf(iso: string): number {
  const nanos = nanosFromIso(iso)
  return nanos === undefined ? Number.NaN : Number(nanos / 1_000n)
}
