import { type Evaluation, queryOf, type Rule, type SampleLine, type Window } from '@heartwood/alerts'
import { AggregateOutput, ErrorAnswer, type LogJson, SearchOutput } from '@heartwood/api'
import { AppError, type InternalClient } from '@heartwood/runtime'
import type { z } from 'zod'
import { storableText } from './storable-text.ts'

/** What the alerter asks the query app. */
export interface LogQuestions {
  /** How many events the rule has in the window, as a whole or by group. No answer is `unknown`; throws only when stopping. */
  evaluate(rule: Rule, window: Window): Promise<Evaluation>
  /** The newest few of them; none where there is no answer. */
  samples(rule: Rule, group: string, window: Window): Promise<SampleLine[]>
}

export interface LogQuestionsOptions {
  readonly query: InternalClient
  readonly timeoutMillis: number
  readonly stopping: AbortSignal
}

/** The API counts this many groups at most. */
const GROUPS = 1000
const SAMPLES = 5

export function logQuestions(options: LogQuestionsOptions): LogQuestions {
  const ask = <T extends z.ZodType>(path: string, parameters: Record<string, string>, schema: T) =>
    get(options, `${path}?${new URLSearchParams(parameters)}`, schema)
  return {
    async evaluate(rule, window) {
      try {
        if (rule.groupBy === undefined) {
          const parameters = { query: rule.query, ...rangeOf(window), limit: '1' }
          const { total, total_relation } = await ask('/api/v1/search', parameters, SearchOutput)
          if (total_relation === 'gte' && total <= rule.moreThan)
            return { kind: 'unknown', reason: 'query did not count to the end' }
          return { kind: 'count', count: total }
        }
        const parameters = { query: rule.query, ...rangeOf(window), by: rule.groupBy, limit: String(GROUPS) }
        const { top } = await ask('/api/v1/aggregate', { ...parameters, interval: '1d' }, AggregateOutput)
        const counts = new Map(top.map(({ value, count }) => [storableText(value), count]))
        return { kind: 'groups', counts, complete: top.length < GROUPS }
      } catch (error) {
        return {
          kind: 'unknown',
          reason: storableText(error instanceof Error ? error.message : String(error)),
        }
      }
    },
    async samples(rule, group, window) {
      const parameters = {
        query: queryOf(rule, group),
        ...rangeOf(window),
        limit: String(SAMPLES),
        total: 'none',
      }
      try {
        const { logs } = await ask('/api/v1/search', parameters, SearchOutput)
        return logs.map(sampleOf)
      } catch {
        return []
      }
    },
  }
}

async function get<T extends z.ZodType>(
  options: LogQuestionsOptions,
  path: string,
  schema: T,
): Promise<z.output<T>> {
  const signal = AbortSignal.any([options.stopping, AbortSignal.timeout(options.timeoutMillis)])
  const response = await options.query.call(path, { signal }).catch((cause: unknown) => {
    const isAway = cause instanceof AppError
    const said = isAway ? 'cannot be reached' : `did not answer within ${options.timeoutMillis / 1000} s`
    throw new Error(`query ${said}`, { cause })
  })
  const answer: unknown = await response.json().catch(() => undefined)
  if (!response.ok) {
    const error = ErrorAnswer.safeParse(answer)
    throw new Error(
      `query answered ${response.status}${error.success ? ` ${error.data.error.code}: ${error.data.error.message}` : ''}`,
    )
  }
  const parsed = schema.safeParse(answer)
  if (!parsed.success) throw new Error('query answered something that is no result')
  return parsed.data
}

function rangeOf(window: Window): { from_time: string; to_time: string } {
  return { from_time: new Date(window.from).toISOString(), to_time: new Date(window.to).toISOString() }
}

function sampleOf(log: LogJson): SampleLine {
  return {
    time: log['@timestamp'],
    level: log.level,
    service: log.service === undefined ? undefined : storableText(log.service),
    message: storableText(log.message),
  }
}
