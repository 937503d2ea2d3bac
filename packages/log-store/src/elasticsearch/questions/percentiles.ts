import { fieldTarget, type LogEvent } from '@heartwood/event'
import { type Clause, fieldNumber, fieldText, keyTerm, type TermArea } from '@heartwood/query-lang'
import { z } from 'zod'
import {
  BUCKETS_OF_LOGARITHM,
  bucketedNumber,
  numberOfBucket,
  RELATIVE_ERROR,
} from '../../logarithmic-buckets.ts'
import { NumberCounts, percentilesOfNumbers } from '../../number-counts.ts'
import { assertNumeric } from '../../percentile-rules.ts'
import type { Numbers, NumbersRequest, Percentiles, PercentilesRequest } from '../../port.ts'
import type { Asking } from './asking.ts'
import { compositeBuckets } from './composite-buckets.ts'
import { candidates, type EventPlan, either, knownMatches, without } from './event-plan.ts'
import { eachMatch } from './event-scan.ts'
import { type GroupSource, groupSource } from './group-source.ts'
import { tellRead, total } from './totals.ts'

/** Distinct numbers (by group) that are held to say percentiles exactly. */
const MAX_EXACT = 50_000

/**
 * Percentiles by group. Exact while the distinct numbers are so few that they can be told apart; above that they are
 * counted in buckets of equal relative width.
 */
export async function percentilesOf(
  asking: Asking,
  plan: EventPlan,
  request: PercentilesRequest,
): Promise<Percentiles> {
  return percentilesOfNumbers(await numbersOf(asking, plan, { ...request, distinct: MAX_EXACT }), request)
}

export async function numbersOf(asking: Asking, plan: EventPlan, request: NumbersRequest): Promise<Numbers> {
  assertNumeric(request.field)
  await tellRead(asking, plan, request)
  if (plan.isEmpty) return { relativeError: 0, groups: [] }
  const exact = new NumberCounts(request.distinct)
  const isWhole = await addNumbers(asking, plan, request, exact, (value) => value)
  if (isWhole) return exact.numbers(0)
  const buckets = new NumberCounts()
  await addNumbers(asking, plan, request, buckets, bucketedNumber)
  return buckets.numbers(RELATIVE_ERROR)
}

/** Adds the numbers of all matches; false where there is no room for them. */
async function addNumbers(
  asking: Asking,
  plan: EventPlan,
  { field, by }: NumbersRequest,
  counts: NumberCounts,
  numberOf: (value: number) => number,
): Promise<boolean> {
  const place = numbersPlace(field)
  const group = by === undefined ? undefined : groupSource(by)
  const isKnown = plan.exact && place.column !== undefined && group?.kind !== 'events'
  const isLeft = isKnown
    ? either([{ term: { ungrouped: true } }, ...place.elsewhere])
    : place.column === undefined || place.elsewhere.length > 0
      ? either(place.anywhere)
      : { exists: { field: place.column } }
  const left = candidates(plan, [isLeft])
  if (isKnown && place.column !== undefined) {
    const known: KnownNumbers = { column: place.column, elsewhere: place.elsewhere, group, numberOf }
    if (!(await addKnown(asking, plan, known, counts))) return false
    if ((await total(asking, left)) === 0) return true
  }
  for await (const events of eachMatch(asking, plan, left)) {
    for (const event of events) {
      const number = fieldNumber(event, field)
      if (number !== undefined && !counts.add(groupOf(event, by), numberOf(number), 1)) return false
    }
  }
  return true
}

function groupOf(event: LogEvent, by: string | undefined): string {
  return by === undefined ? '' : (fieldText(event, by) ?? '')
}

interface NumbersPlace {
  /** The field of Elasticsearch that has the numbers as doubles. */
  readonly column: string | undefined
  /** Events that may have a number that the column lacks. */
  readonly elsewhere: readonly Clause[]
  /** Events that may have a number. */
  readonly anywhere: readonly Clause[]
}

function numbersPlace(name: string): NumbersPlace {
  const target = fieldTarget(name)
  if (target.at === 'own') return { column: target.field.name, elsewhere: [], anywhere: [] }
  const area: TermArea = target.at === 'attribute' ? 'attributes' : 'resource'
  const key = (types: readonly ('int64' | 'double' | 'rest')[]): Clause => ({
    terms: { keys: types.map((type) => keyTerm(area, type, target.key)) },
  })
  // Keys of which no terms are made are those of inexact events.
  const anywhere = [key(['int64', 'double', 'rest']), { term: { inexact: true } }]
  if (area === 'resource' || target.key === '') return { column: undefined, elsewhere: [], anywhere }
  const column = `num.${target.key}`
  const unmapped: Clause = {
    bool: { filter: [key(['int64', 'double'])], must_not: [{ exists: { field: column } }] },
  }
  return { column, elsewhere: [key(['rest']), unmapped], anywhere }
}

interface KnownNumbers {
  readonly column: string
  readonly elsewhere: readonly Clause[]
  readonly group: GroupSource | undefined
  readonly numberOf: (value: number) => number
}

const Bucket = z.object({
  key: z.object({
    group: z.union([z.string(), z.number(), z.boolean()]).nullable().optional(),
    number: z.number(),
  }),
  doc_count: z.number(),
})

/** Counts the numbers that the index has; false where there is no room for them. */
async function addKnown(
  asking: Asking,
  plan: EventPlan,
  { column, elsewhere, group, numberOf }: KnownNumbers,
  counts: NumberCounts,
): Promise<boolean> {
  const isBucketed = numberOf === bucketedNumber
  const sources = [
    ...(group?.kind === 'field' ? [{ group: { terms: { field: group.field, missing_bucket: true } } }] : []),
    { number: { terms: { field: isBucketed ? 'bucket' : column } } },
  ]
  const notHere = [{ term: { ungrouped: true } }, ...elsewhere]
  const query = knownMatches(plan, [{ exists: { field: column } }, without(notHere)])
  const pages = compositeBuckets(asking, {
    query,
    sources,
    bucket: Bucket,
    ...(isBucketed && { runtime_mappings: { bucket: bucketField(column) } }),
  })
  for await (const buckets of pages) {
    for (const { key, doc_count } of buckets) {
      const value =
        key.group === null || key.group === undefined || group?.kind !== 'field' ? '' : group.text(key.group)
      const number = isBucketed ? numberOfCode(key.number) : key.number
      if (!counts.add(value, number, doc_count)) return false
    }
  }
  return true
}

/** So far from 0 are the buckets of numbers, whose own index can be negative; 0 is the bucket of 0. */
const OFFSET = 100_000

function numberOfCode(code: number): number {
  return code === 0 ? 0 : numberOfBucket(Math.sign(code), Math.abs(code) - OFFSET)
}

/** The bucket of a number as one number: its sign is that of the number. */
function bucketField(column: string): object {
  return {
    type: 'long',
    script: {
      source:
        'if (doc[params.column].size() == 0) return; double v = doc[params.column].value; ' +
        'if (v == 0) { emit(0); return; } ' +
        'emit((long) (Math.signum(v) * (params.offset + Math.ceil(Math.log(Math.abs(v)) * params.buckets))));',
      params: { column, offset: OFFSET, buckets: BUCKETS_OF_LOGARITHM },
    },
  }
}
