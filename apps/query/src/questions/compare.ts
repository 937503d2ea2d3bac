import type { CompareOutput, CompareQuestion } from '@heartwood/api'
import { isoFromNanos, MIN_NANOS, type Nanos } from '@heartwood/event'
import type { LogReader, TimeRange, TopValue } from '@heartwood/log-store'
import { ALL, type Query } from '@heartwood/query-lang'
import { changeOf, errorScore, mostErrorsFirst, worstFirst } from './error-change.ts'
import { both, ERRORS } from './errors-query.ts'
import { questionScope } from './question-scope.ts'
import { readSum } from './read-sum.ts'
import { stopwatch } from './stopwatch.ts'

/** Values that are told apart; where a field has more, the rarest are left out. */
const MAX_VALUES = 10_000

/** Each value of a field with its events and errors, now and in the time of the same length before, the worst first. */
export async function compare(
  reader: LogReader,
  question: CompareQuestion,
  now: Nanos,
  signal: AbortSignal,
): Promise<CompareOutput> {
  const took = stopwatch()
  const { query, range } = questionScope(question, now)
  const before = timeBefore(range)
  const { onRead, total: read } = readSum()
  const countIn = async (range: TimeRange): Promise<Counted> => {
    const asked = { range, signal, onRead }
    const top = (query: Query) => reader.top({ ...asked, query, field: question.by, limit: MAX_VALUES })
    const [total, events, errors] = await Promise.all([
      reader.count({ ...asked, query }),
      top(query),
      top(both(query, ERRORS)),
    ])
    return { total, events: byValue(events), errors: byValue(errors) }
  }

  await reader.refresh()
  // One after the other: six questions at once would leave none for others.
  const current = await countIn(range)
  const previous = await countIn(before)
  // Of a store that began within that time, or has forgotten a part of it, nothing follows from what is missing.
  const earlier = await reader.count({ query: ALL, range: { from: MIN_NANOS, to: before.from }, signal })
  const whole = earlier > 0
  const values = [...new Set([...current.events.keys(), ...previous.events.keys()])]
    .map((value) => ({
      value,
      count: current.events.get(value) ?? 0,
      errors: current.errors.get(value) ?? 0,
      previous_count: previous.events.get(value) ?? 0,
      previous_errors: previous.errors.get(value) ?? 0,
    }))
    .sort((a, b) => (whole ? worstFirst(a, b) : mostErrorsFirst(a, b)) || (a.value < b.value ? -1 : 1))
  return {
    by: question.by,
    from_time: isoFromNanos(range.from),
    to_time: isoFromNanos(range.to),
    previous: { from_time: isoFromNanos(before.from), total: previous.total, whole },
    total: current.total,
    values: values.slice(0, question.limit).map((compared) => ({
      ...compared,
      change: whole ? changeOf(compared) : 'steady',
      score: errorScore(compared),
    })),
    more: Math.max(0, values.length - question.limit),
    read: read(),
    took_ms: took(),
  }
}

interface Counted {
  readonly total: number
  readonly events: ReadonlyMap<string, number>
  readonly errors: ReadonlyMap<string, number>
}

function byValue(values: readonly TopValue[]): Map<string, number> {
  return new Map(values.map(({ value, count }) => [value, count]))
}

function timeBefore({ from, to }: TimeRange): TimeRange {
  const start = from - (to - from)
  return { from: start < MIN_NANOS ? MIN_NANOS : start, to: from }
}
