import type { AggregateOutput } from '@heartwood/api'
import { LEVELS, type Level } from '@heartwood/event'
import { format } from 'date-fns'

/** Bottom to top: what matters stands on the axis, where heights can be compared. */
export const STACK: readonly Level[] = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'unknown']

/** What the chart draws; it decides nothing itself. */
export interface HistogramView {
  readonly intervalMillis: number
  readonly buckets: readonly HistogramBucket[]
  /** Only levels that occur, bottom to top. */
  readonly series: readonly { readonly level: Level; readonly counts: readonly number[] }[]
  /** The whole chart in a sentence, for those who do not see it. */
  readonly summary: string
}
export interface HistogramBucket {
  /** Epoch milliseconds. */
  readonly start: number
  readonly count: number
  readonly axisLabel: string
  readonly title: string
}

/** Volume by level as the API answers it (`by: level`), as the stacked bars of the page. Times in the reader's zone. */
export function prepareHistogram(answer: AggregateOutput): HistogramView {
  const interval = answer.interval_ms
  const span = interval * answer.buckets.length
  const buckets = answer.buckets.map((bucket) => {
    const start = Date.parse(bucket.start)
    return {
      start,
      count: bucket.count,
      axisLabel: format(start, axisFormat(interval, span)),
      title: bucketTitle(start, interval),
    }
  })
  const series = STACK.flatMap((level) => {
    const counts = answer.buckets.map((bucket) => bucket.groups?.[level] ?? 0)
    return counts.some((count) => count > 0) ? [{ level, counts }] : []
  })
  return { intervalMillis: interval, buckets, series, summary: summarise(answer, buckets) }
}

/** How many events of each level there are, worst first, levels without any left out. */
export function levelCounts(answer: AggregateOutput): { level: Level; count: number }[] {
  const sums = new Map<Level, number>()
  for (const { groups = {} } of answer.buckets) {
    for (const level of LEVELS) sums.set(level, (sums.get(level) ?? 0) + (groups[level] ?? 0))
  }
  return STACK.flatMap((level) => {
    const count = sums.get(level) ?? 0
    return count > 0 ? [{ level, count }] : []
  })
}

/** The times between two fractions of the chart's width (0 left, 1 right), in whole buckets, or undefined for a click. */
export function rangeOfDrag(
  view: HistogramView,
  a: number,
  b: number,
): { from: number; to: number } | undefined {
  const count = view.buckets.length
  const [left, right] = [Math.max(0, Math.min(a, b)), Math.min(1, Math.max(a, b))]
  const first = Math.min(count - 1, Math.floor(left * count))
  const last = Math.min(count - 1, Math.max(first, Math.ceil(right * count) - 1))
  const [from, to] = [view.buckets[first]?.start, view.buckets[last]?.start]
  if (from === undefined || to === undefined || right - left < 0.5 / count) return undefined
  return { from, to: to + view.intervalMillis }
}

function axisFormat(interval: number, span: number): string {
  if (span > 3 * 86_400_000) return 'd MMM'
  if (span > 20 * 3_600_000) return 'd MMM HH:mm'
  return interval < 60_000 ? 'HH:mm:ss' : 'HH:mm'
}

function bucketTitle(start: number, interval: number): string {
  const end = start + interval
  const clock = interval < 60_000 ? 'HH:mm:ss' : 'HH:mm'
  if (interval >= 86_400_000) return format(start, 'EEE d MMM')
  return `${format(start, `EEE d MMM, ${clock}`)} – ${format(end, clock)}`
}

function summarise(answer: AggregateOutput, buckets: readonly HistogramBucket[]): string {
  const levels = levelCounts(answer).map(({ level, count }) => `${count.toLocaleString('en')} ${level}`)
  const busiest = buckets.reduce<HistogramBucket | undefined>(
    (best, bucket) => (bucket.count > (best?.count ?? 0) ? bucket : best),
    undefined,
  )
  if (busiest === undefined) return 'Events over time: none'
  return `Events over time: ${levels.join(', ')}. Busiest: ${busiest.title} with ${busiest.count.toLocaleString('en')}`
}
