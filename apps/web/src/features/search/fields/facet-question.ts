'use client'

import type { AggregateOutput } from '@heartwood/api'
import { useEffect, useState } from 'react'
import { withoutChoice } from './field-choice.ts'

/** What the panel asks about: the query, and the very times that the chart counted. */
export interface FacetQuestion {
  readonly query: string
  readonly from_time: string
  readonly to_time: string
}

/** The question about the values of a field: what is chosen of it does not hide the others. */
export function questionOf(question: FacetQuestion, field: string): FacetQuestion {
  const query = withoutChoice(question.query, field).trim()
  return { ...question, query: query === '' ? '*' : query }
}

/** While logs come in, the chart is asked again every few seconds; the panel would never come to rest. */
const LIVE_MILLIS = 15_000

/**
 * The question of the panel; undefined until the chart has counted. It changes once the chart has an answer, so that the two
 * are of the same times, and that asking again asks for both.
 */
export function useFacetQuestion(
  query: string,
  volume: AggregateOutput | undefined,
  /** The chart shows an earlier answer. */
  outdated: boolean,
  live: boolean,
): FacetQuestion | undefined {
  const [held, setHeld] = useState<{ question: FacetQuestion; at: number }>()
  useEffect(() => {
    if (volume === undefined || outdated) return
    const { from_time, to_time } = volume
    const question = { query: query === '' ? '*' : query, from_time, to_time }
    setHeld((before) => {
      const now = Date.now()
      const same = before !== undefined && before.question.query === question.query
      if (live && same && now - before.at < LIVE_MILLIS) return before
      return { question, at: now }
    })
  }, [query, volume, outdated, live])
  return held?.question
}
