import type { LogReader, TimeRange } from '@heartwood/log-store'
import { parse } from '@heartwood/query-lang'
import { median } from '../measure/percentiles.ts'

/** What people ask old logs; the answer as a text that can be compared. */
export interface ColdQuestion {
  readonly name: string
  /** Percent of what is stored that an empty cache may have fetched for it; undefined where there is no goal. */
  readonly goal: number | undefined
  readonly ask: (reader: LogReader, onFetched: (bytes: number) => void) => Promise<string>
}

/** @param traces ids of events that are there */
export function coldQuestions(range: TimeRange, traces: readonly [string, string]): ColdQuestion[] {
  const page = (text: string): ColdQuestion['ask'] => {
    const { query } = parse(text)
    return async (reader, onFetched) => {
      const onRead = ({ fetched = 0 }) => onFetched(fetched)
      const { events } = await reader.search({ query, range, limit: 100, onRead })
      return events.map(({ id }) => id).join()
    }
  }
  const filtered = parse('http.status_code>=500 level:error service:checkout-0').query
  return [
    { name: 'a trace id', goal: 1, ask: page(`trace_id:${traces[0]}`) },
    { name: 'a rare word, in whatever field', goal: 1, ask: page(traces[1]) },
    { name: 'a word that nothing has', goal: 1, ask: page('zebrafinch') },
    { name: 'the newest hundred', goal: undefined, ask: page('') },
    {
      name: 'a histogram by level, 200 bars',
      goal: undefined,
      ask: async (reader, onFetched) => {
        const buckets = await reader.histogram({
          query: parse('').query,
          range,
          interval: (range.to - range.from) / 200n,
          by: 'level',
          onRead: ({ fetched = 0 }) => onFetched(fetched),
        })
        return JSON.stringify(buckets.map(({ start, groups }) => [String(start), groups]))
      },
    },
    {
      name: 'a filtered count: status >= 500, errors of one service',
      goal: undefined,
      ask: async (reader, onFetched) =>
        String(
          await reader.count({
            query: filtered,
            range,
            onRead: ({ fetched = 0 }) => onFetched(fetched),
          }),
        ),
    },
  ]
}

export interface AskedCold {
  readonly answer: string
  readonly millis: number
  readonly fetched: number
}

export async function askedCold({ ask }: ColdQuestion, reader: LogReader): Promise<AskedCold> {
  const from = performance.now()
  let fetched = 0
  const answer = await ask(reader, (bytes) => {
    fetched = bytes
  })
  return { answer, millis: performance.now() - from, fetched }
}

/** The same several times; the middle one by its time. */
export async function askedAgain(
  question: ColdQuestion,
  reader: LogReader,
  times: number,
): Promise<AskedCold> {
  const asked: AskedCold[] = []
  for (let n = 0; n < times; n++) asked.push(await askedCold(question, reader))
  const middle = median(asked.map(({ millis }) => millis))
  const answers = new Set(asked.map(({ answer }) => answer))
  return { answer: [...answers].join(' and then '), millis: middle, fetched: asked.at(-1)?.fetched ?? 0 }
}
