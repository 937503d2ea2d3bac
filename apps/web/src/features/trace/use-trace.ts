'use client'

import type { Level } from '@heartwood/event'
import { useQueryStates } from 'nuqs'
import { useCallback, useMemo } from 'react'
import { type Correlation, correlationQuery } from './correlation.ts'
import { serviceOf } from './prepare-facts.ts'
import { TRACE_PARAMS } from './trace-url.ts'
import { useFacts } from './use-facts.ts'
import { useLines } from './use-lines.ts'

/** A trace or a request: all its lines, what it is as a whole, and what of it is shown. */
export function useTrace(kind: Correlation, id: string) {
  const [chosen, setChosen] = useQueryStates(TRACE_PARAMS)
  const { service, level } = chosen
  const query = useMemo(() => correlationQuery(kind, id), [kind, id])
  const lines = useLines(query, true)
  const facts = useFacts(query, lines)

  const narrowed = service.length > 0 || level.length > 0
  const chosenQuery = useMemo(
    () => correlationQuery(kind, id, { service, level }),
    [kind, id, service, level],
  )
  // What is not loaded yet can only be chosen from by the store.
  const asked = useLines(chosenQuery, narrowed && lines.logs !== undefined && !lines.whole)
  const chosenLogs = useMemo(
    () =>
      (lines.logs ?? []).filter(
        (log) =>
          (service.length === 0 || service.includes(serviceOf(log))) &&
          (level.length === 0 || level.includes(log.level)),
      ),
    [lines.logs, service, level],
  )
  const fromStore = narrowed && !lines.whole

  const toggleService = useCallback(
    (value: string) => void setChosen({ service: toggled(service, value) }),
    [setChosen, service],
  )
  const toggleLevel = useCallback(
    (value: Level) => void setChosen({ level: toggled(level, value) }),
    [setChosen, level],
  )
  return {
    query,
    chosenQuery,
    chosen,
    narrowed,
    lines,
    facts,
    /** The lines to show, and how to have more of them. */
    shown: fromStore ? { ...asked, logs: asked.logs ?? [] } : { ...lines, logs: chosenLogs },
    toggleService,
    toggleLevel,
    showAll: useCallback(() => void setChosen({ service: null, level: null }), [setChosen]),
    open: useCallback((open: string | null) => void setChosen({ open }, { history: 'replace' }), [setChosen]),
  }
}

export type Trace = ReturnType<typeof useTrace>

function toggled<T extends string>(values: readonly T[], value: T): T[] {
  return values.includes(value) ? values.filter((each) => each !== value) : [...values, value]
}
