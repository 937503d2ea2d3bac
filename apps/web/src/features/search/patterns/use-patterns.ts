'use client'

import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useTRPC } from '../../../api/api-provider.tsx'
import type { FacetQuestion } from '../fields/facet-question.ts'

export const FEW_PATTERNS = 100
export const MANY_PATTERNS = 1_000

/** What the logs of a question say; asked again when the question changes, and stopped when nobody waits for it. */
export function usePatterns(question: FacetQuestion | undefined, limit: number) {
  const trpc = useTRPC()
  return useQuery(
    trpc.patterns.queryOptions(
      { ...question, limit },
      {
        enabled: question !== undefined,
        gcTime: 0,
        retry: false,
        placeholderData: keepPreviousData,
        trpc: { abortOnUnmount: true },
      },
    ),
  )
}
