import type { AggregateOutput } from '@heartwood/api'
import { LEVELS, type Level } from '@heartwood/event'
import { zoneOffset } from '@heartwood/query-lang'
import { formatIn } from '../../time-zone/format-time.ts'

/** Bottom to top: what matters stands on the axis, where heights can be compared. */
export const STACK: readonly Level[] = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'unknown']

/** What the chart draws; it decides nothing itself. */
export interface HistogramView {
  readonly intervalMillis: number
  readonly buckets: readonly HistogramBucket[]
  /** Only values that occur, bottom to top. */
  readonly series: readonly Series[]
  /** The whole chart in a sentence, for those who do not see it. */
  readonly summary: string
}
export interface Series {
  /** The value of the field; '' for events without it. */
  readonly value: string
  readonly label: string
  /** The colour of the bars, a custom property of globals.css. */
  readonly fill: `--fill-${string}`
  /** One event among thousands must still be seen. */
  readonly alarming: boolean
  readonly counts: readonly number[]
}
export interface HistogramBucket {
  /** Epoch milliseconds. */
  readonly start: number
  readonly count: number
  /** '' for most: only round times have one. */
  readonly axisLabel: string
  readonly title: string
  /** When it begins and ends, in words. */
  readonly begins: string
  readonly ends: string
  /** A part of it lies outside the range, or is yet to come: its bar is not to be compared with others. */
  readonly unfinished: boolean
}

/** Volume by a field as the API answers it (with `by`), as the stacked bars of the page. Times as the clocks of `zone` show them. */
export function prepareHistogram(answer: AggregateOutput, zone: string): HistogramView {
  const interval = answer.interval_ms
  const labelled = labelTest(interval, interval * answer.buckets.length, zone)
  const [from, to] = [Date.parse(answer.from_time), Date.parse(answer.to_time)]
  const buckets = answer.buckets.map((bucket) => {
    const start = Date.parse(bucket.start)
    return {
      start,
      count: bucket.count,
      axisLabel: labelled(start),
      ...bucketTimes(start, interval, zone),
      unfinished: start < from || start + interval > to,
    }
  })
  const series = seriesOf(answer)
  return { intervalMillis: interval, buckets, series, summary: summarise(series, buckets) }
}

function seriesOf(answer: AggregateOutput): Series[] {
  return (answer.by === 'level' ? LEVEL_SERIES : valueSeries(answer)).flatMap((look) => {
    const counts = answer.buckets.map((bucket) => bucket.groups?.[look.value] ?? 0)
    return counts.some((count) => count > 0) ? [{ ...look, counts }] : []
  })
}

/** What the colours stand for, the largest first; nothing for levels, whose colours stand beside their counts anyway. */
export function legendOf(answer: AggregateOutput): SeriesLook[] {
  return answer.by === 'level' ? [] : seriesOf(answer).map(({ counts: _counts, ...look }) => look)
}

type SeriesLook = Omit<Series, 'counts'>

const LEVEL_SERIES: readonly SeriesLook[] = STACK.map((level) => ({
  value: level,
  label: level,
  fill: `--fill-${level}`,
  alarming: level === 'error' || level === 'fatal',
}))

/** Values that are told apart by colour. */
export const MAX_VALUES = 8

/** The commonest values, the commonest at the bottom; then the others, and what has none. */
function valueSeries({ top }: AggregateOutput): SeriesLook[] {
  const common = top.slice(0, MAX_VALUES).filter(({ value }) => value !== 'other' && value !== '')
  return [
    ...common.map(
      ({ value }, index): SeriesLook => ({
        value,
        label: value,
        fill: `--fill-value-${index + 1}`,
        alarming: false,
      }),
    ),
    { value: 'other', label: 'other', fill: '--fill-other', alarming: false },
    { value: '', label: 'without', fill: '--fill-unknown', alarming: false },
  ]
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

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
/** Distances between labels of the axis, each a divisor of the next unit of the clock or calendar. */
const LABEL_STEPS: readonly number[] = [
  ...[1, 5, 10, 30].map((n) => n * 1_000),
  ...[1, 2, 5, 10, 30].map((n) => n * MINUTE),
  ...[1, 2, 3, 6, 12].map((n) => n * HOUR),
  ...[1, 2, 7, 14, 30, 90].map((n) => n * DAY),
  ...[1, 2, 5, 10, 20, 50, 100].map((n) => n * 365 * DAY),
]
const MAX_LABELS = 9
/** Beyond it a day and month may occur twice. */
const YEARLESS_SPAN = 300 * DAY

/** Labels at round times of the zone's clocks, at most nine or so of them. */
function labelTest(interval: number, span: number, zone: string): (start: number) => string {
  const step = LABEL_STEPS.find((each) => each >= interval && span / each <= MAX_LABELS) ?? 100 * 365 * DAY
  const pattern =
    span > YEARLESS_SPAN ? 'MMM yyyy' : step >= DAY ? 'd MMM' : step < MINUTE ? 'HH:mm:ss' : 'HH:mm'
  return (start) => {
    const local = start + zoneOffset(start, zone)
    // A bucket that begins on the round time, or is the first one to begin after it.
    if (((local % step) + step) % step >= interval) return ''
    return formatIn(zone, start, step < DAY && span > DAY ? 'd MMM HH:mm' : pattern)
  }
}

function bucketTimes(
  start: number,
  interval: number,
  zone: string,
): Pick<HistogramBucket, 'title' | 'begins' | 'ends'> {
  const end = start + interval
  if (interval >= DAY) {
    const [begins, ends] = [start, end].map((time) => formatIn(zone, time, 'EEE d MMM yyyy'))
    return { title: begins ?? '', begins: begins ?? '', ends: ends ?? '' }
  }
  const clock = interval < 60_000 ? 'HH:mm:ss' : 'HH:mm'
  const [begins, ends] = [formatIn(zone, start, `EEE d MMM, ${clock}`), formatIn(zone, end, clock)]
  return { title: `${begins} – ${ends}`, begins, ends }
}

function summarise(series: readonly Series[], buckets: readonly HistogramBucket[]): string {
  const sums = series.map(
    ({ label, counts }) => `${counts.reduce((sum, count) => sum + count, 0).toLocaleString('en')} ${label}`,
  )
  const busiest = buckets.reduce<HistogramBucket | undefined>(
    (best, bucket) => (bucket.count > (best?.count ?? 0) ? bucket : best),
    undefined,
  )
  if (busiest === undefined) return 'Events over time: none'
  return `Events over time: ${sums.join(', ')}. Busiest: ${busiest.title} with ${busiest.count.toLocaleString('en')}`
}
