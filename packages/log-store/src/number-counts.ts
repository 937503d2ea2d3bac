import { compareText } from './compare-text.ts'
import { bucketedNumber, RELATIVE_ERROR } from './logarithmic-buckets.ts'
import { nearestRank } from './percentile-rules.ts'
import type { Numbers, PercentileGroup, Percentiles, PercentilesRequest } from './port.ts'

/** How often each number occurs, by group. */
export class NumberCounts {
  readonly #groups = new Map<string, Map<number, number>>()
  readonly #limit: number
  #distinct = 0

  /** @param limit so many different numbers, over all groups, have room */
  constructor(limit = Number.POSITIVE_INFINITY) {
    this.#limit = limit
  }

  /** Whether there is room for it. */
  add(value: string, number: number, count: number): boolean {
    const numbers = this.#groups.get(value) ?? new Map<number, number>()
    this.#groups.set(value, numbers)
    // -0 and 0 are one key of a Map, which is 0.
    const before = numbers.get(number)
    if (before === undefined && ++this.#distinct > this.#limit) return false
    numbers.set(number, (before ?? 0) + count)
    return true
  }

  /** @param relativeError how far the numbers are from those they stand for */
  numbers(relativeError: number): Numbers {
    const groups = [...this.#groups].map(([value, numbers]) => ({
      value,
      numbers: Array.from(numbers, ([number, count]) => ({ number, count })),
    }))
    return { relativeError, groups }
  }
}

/** Adds up numbers of several stores; where one of them has buckets, or more than `distinct` come together, all become buckets. */
export function numbersTogether(parts: readonly Numbers[], distinct: number): Numbers {
  const exact = new NumberCounts(distinct)
  const isExact = parts.every(
    (part) => part.relativeError === 0 && eachNumber(part, (...number) => exact.add(...number)),
  )
  if (isExact) return exact.numbers(0)
  const buckets = new NumberCounts()
  for (const part of parts) {
    const bucketOf = part.relativeError > 0 ? (number: number) => number : bucketedNumber
    eachNumber(part, (value, number, count) => buckets.add(value, bucketOf(number), count))
  }
  return buckets.numbers(RELATIVE_ERROR)
}

/** Whether `take` took them all. */
function eachNumber(
  { groups }: Numbers,
  take: (value: string, number: number, count: number) => boolean,
): boolean {
  return groups.every(({ value, numbers }) =>
    numbers.every(({ number, count }) => take(value, number, count)),
  )
}

/** The percentiles of counted numbers, as `percentiles` of the port has them. */
export function percentilesOfNumbers(
  { relativeError, groups }: Numbers,
  { percentiles, groups: limit }: Pick<PercentilesRequest, 'percentiles' | 'groups'>,
): Percentiles {
  const all = groups.map(({ value, numbers }): PercentileGroup => {
    const ascending = numbers.toSorted((a, b) => a.number - b.number)
    const count = ascending.reduce((sum, { count }) => sum + count, 0)
    const at = (percentile: number) => numberAt(ascending, nearestRank(percentile, count))
    return { value, count, percentiles: percentiles.map(at) }
  })
  return {
    relativeError,
    groups: all.sort((a, b) => b.count - a.count || compareText(a.value, b.value)).slice(0, limit),
  }
}

function numberAt(
  ascending: readonly { readonly number: number; readonly count: number }[],
  rank: number,
): number {
  let before = 0
  for (const { number, count } of ascending) {
    before += count
    if (before >= rank) return number
  }
  return 0
}
