'use client'

import type { AggregateOutput } from '@heartwood/api'
import { parse, print } from '@heartwood/query-lang'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useTRPC } from '../../../api/api-provider.tsx'
import { fieldTerm, withTerm } from '../edit-query.ts'
import type { FacetQuestion } from './facet-question.ts'

/** How many values are shown at first, and after each "more". */
export const VALUE_STEPS = [10, 50, 200, 1000] as const

export interface TopValues {
  readonly values: AggregateOutput['top']
  /** Events that match, with or without the field. */
  readonly total: number
  /** There may be more values than these. */
  readonly more: boolean
}

/** The commonest values of a field; of those with a text in them, where one is looked for. */
export function useTopValues(
  question: FacetQuestion,
  field: string,
  limit: number,
  lookedFor: string,
): { readonly found: TopValues | undefined; readonly failed: boolean } {
  const trpc = useTRPC()
  const ask = (query: string, enabled: boolean) =>
    trpc.aggregate.queryOptions(
      { ...question, query, interval: 'none', by: field, limit },
      {
        enabled,
        gcTime: 0,
        retry: false,
        placeholderData: keepPreviousData,
        trpc: { abortOnUnmount: true },
      },
    )
  const all = useQuery(ask(question.query, true))
  const wanted = lookedFor.trim()
  const isWhole = all.data !== undefined && all.data.top.length < limit
  const narrowed = useQuery(ask(having(question.query, field, wanted), wanted !== '' && !isWhole))
  if (all.data === undefined) return { found: undefined, failed: all.isError }
  const { total } = all.data
  const failed = all.isError || narrowed.isError
  if (wanted === '') return { found: { values: all.data.top, total, more: !isWhole }, failed }
  const source = isWhole ? all.data : narrowed.data
  const values = source?.top.filter(({ value }) => value.toLowerCase().includes(wanted.toLowerCase())) ?? []
  return { found: { values, total, more: !isWhole && (source?.top.length ?? 0) >= limit }, failed }
}

/** The query, and a value of the field that has the text in it, in any case. */
function having(query: string, field: string, text: string): string {
  if (text === '') return query
  const quoted = text.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&')
  const term = fieldTerm(field, { kind: 'regex', pattern: `(?i)${quoted}` })
  return parse(query).query.kind === 'all' ? print(term) : withTerm(query, term)
}
