'use client'

import type { PatternJson } from '@heartwood/api'
import { print } from '@heartwood/query-lang'
import { useQuery } from '@tanstack/react-query'
import { useTRPC } from '../../../api/api-provider.tsx'
import { useTimeZone } from '../../time-zone/use-time-zone.tsx'
import { withTerm } from '../edit-query.ts'
import type { FacetQuestion } from '../fields/facet-question.ts'
import { LogText } from '../log-list/log-text.tsx'
import { rowTime, utcTitle } from '../log-list/log-time.ts'
import { patternTerm } from './prepare-patterns.ts'

const SHOWN = 5

/** The newest lines of an opened pattern, so that one sees what stands in the gaps. */
export function PatternLines({ question, pattern }: { question: FacetQuestion; pattern: PatternJson }) {
  const trpc = useTRPC()
  const { zone } = useTimeZone()
  const term = patternTerm(pattern, 'only')
  const query = question.query === '*' ? print(term) : withTerm(question.query, term)
  const { data, isError } = useQuery(
    trpc.search.queryOptions(
      { ...question, query, limit: SHOWN, total: 'none' },
      { gcTime: 0, retry: false, trpc: { abortOnUnmount: true } },
    ),
  )
  if (data === undefined) return <p className="text-xs text-faint">{isError ? 'No answer.' : 'Reading…'}</p>
  return (
    <ul aria-label="The newest lines of it" className="font-mono text-[12px] leading-[18px] text-dim">
      {data.logs.map((log) => (
        <li key={log.id} className="truncate">
          <time dateTime={log['@timestamp']} title={utcTitle(log['@timestamp'])} className="mr-3 text-faint">
            {rowTime(log['@timestamp'], 'day', zone)}
          </time>
          <LogText text={log.message} />
        </li>
      ))}
    </ul>
  )
}
