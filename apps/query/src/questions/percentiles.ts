import type { PercentilesOutput, PercentilesQuestion } from '@heartwood/api'
import type { Nanos } from '@heartwood/event'
import type { LogReader } from '@heartwood/log-store'
import { AppError } from '@heartwood/runtime'
import { questionScope } from './question-scope.ts'
import { readSum } from './read-sum.ts'
import { stopwatch } from './stopwatch.ts'

const MAX_PERCENTILES = 20

/** Percentiles of a field, for all matching logs or for each value of another field. */
export async function percentiles(
  reader: LogReader,
  question: PercentilesQuestion,
  now: Nanos,
  signal: AbortSignal,
): Promise<PercentilesOutput> {
  const took = stopwatch()
  const { query, range } = questionScope(question, now)
  const { field, by, limit } = question
  const asked = percentilesOf(question.percentiles)
  const { onRead, total: read } = readSum()

  await reader.refresh()
  const { relativeError, groups } = await reader.percentiles({
    query,
    range,
    field,
    percentiles: asked,
    signal,
    onRead,
    ...(by !== undefined && { by, groups: limit }),
  })
  return {
    field,
    by: by ?? null,
    percentiles: asked,
    exact: relativeError === 0,
    relative_error: relativeError,
    groups: groups.map(({ value, count, percentiles }) => ({ value, count, values: [...percentiles] })),
    read: read(),
    took_ms: took(),
  }
}

function percentilesOf(text: string): number[] {
  const percentiles = text.split(',').map(Number)
  const wrong = percentiles.find((percentile) => percentile > 100)
  if (wrong !== undefined)
    throw new AppError('invalid_parameter', `percentiles: takes numbers from 0 to 100, not ${wrong}`)
  if (percentiles.length > MAX_PERCENTILES)
    throw new AppError('invalid_parameter', `percentiles: takes at most ${MAX_PERCENTILES} of them`)
  return percentiles
}
