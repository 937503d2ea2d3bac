'use client'

import { useEffect, useMemo, useRef } from 'react'
import { apiErrorOf } from '../../api/api-error.ts'
import { Details } from '../search/details/details.tsx'
import { useOpenEvent } from '../search/details/use-open-event.ts'
import { withTerm } from '../search/edit-query.ts'
import { SearchError } from '../search/empty/search-error.tsx'
import { bareEventHref } from '../search/links/absolute-href.ts'
import { copyLink } from '../search/links/copy-link-menu.tsx'
import { useShortcuts } from '../search/shortcuts/use-shortcuts.ts'
import { type Correlation, correlationSearchHref, idOfSegment, pageHref, traceTitle } from './correlation.ts'
import { NoSuchTrace } from './no-such-trace.tsx'
import type { TraceFacts } from './prepare-facts.ts'
import { traceItems } from './prepare-gaps.ts'
import { TraceHead } from './trace-head.tsx'
import { TraceLanes } from './trace-lanes.tsx'
import { TraceLines, type TraceLinesHandle } from './trace-lines.tsx'
import { TraceSummary } from './trace-summary.tsx'
import { traceQuery } from './trace-url.ts'
import { type Trace, useTrace } from './use-trace.ts'

/** All lines of one trace or one request, across services, in the order in which they were written. */
export function TracePage({ kind, segment }: { kind: Correlation; segment: string }) {
  const id = idOfSegment(segment)
  const trace = useTrace(kind, id)
  const { lines, facts } = trace
  useEffect(() => {
    document.title = traceTitle(kind, id)
  }, [kind, id])
  const isEmpty = lines.logs?.length === 0
  return (
    <div className="flex h-dvh min-w-0 flex-col">
      <TraceHead
        kind={kind}
        id={id}
        searchHref={
          facts === undefined ? undefined : correlationSearchHref(trace.chosenQuery, rangeOf(facts))
        }
        onCopyLink={() => void copyLink(window.location.href)}
        onRefresh={lines.refetch}
        refreshing={lines.fetching}
      />
      {lines.error !== null && lines.logs === undefined && (
        <SearchError error={apiErrorOf(lines.error)} onRetry={lines.refetch} />
      )}
      {lines.logs === undefined && lines.error === null && (
        <p className="p-6 text-dim">Looking for its lines…</p>
      )}
      {isEmpty && <NoSuchTrace kind={kind} id={id} onRetry={lines.refetch} />}
      {facts !== undefined && <Found kind={kind} id={id} trace={trace} facts={facts} />}
    </div>
  )
}

function Found(props: { kind: Correlation; id: string; trace: Trace; facts: TraceFacts }) {
  const { kind, id, trace, facts } = props
  const { shown, chosen } = trace
  const list = useRef<TraceLinesHandle>(null)
  const items = useMemo(() => traceItems(shown.logs, facts.first), [shown.logs, facts.first])
  const event = useOpenEvent(chosen.open, (id) => shown.logs.find((log) => log.id === id))
  const highlight = useMemo(() => () => [], [])

  function step(by: 1 | -1) {
    const at = shown.logs.findIndex((log) => log.id === chosen.open)
    const next = shown.logs[at === -1 ? 0 : Math.max(0, Math.min(shown.logs.length - 1, at + by))]
    if (next !== undefined) show(next.id)
  }
  function show(lineId: string) {
    trace.open(lineId)
    list.current?.scrollTo(lineId)
  }
  function close() {
    trace.open(null)
    list.current?.focus()
  }
  useShortcuts({
    'next-row': () => step(1),
    'previous-row': () => step(-1),
    'to-first': () => list.current?.scrollToTop(),
    close: () => chosen.open !== null && close(),
    'copy-link': () => void copyLink(window.location.href),
    refresh: trace.lines.refetch,
  })
  return (
    <main className="flex min-h-0 flex-1 flex-col">
      <TraceSummary facts={facts} trace={trace} onShow={show} />
      <TraceLanes trace={trace} facts={facts} onShow={show} />
      <div className="flex min-h-0 flex-1 border-t border-line">
        <TraceLines
          items={items}
          trace={trace}
          loaded={shown.logs.length}
          handle={list}
          onOpen={(line) => (line === chosen.open ? close() : trace.open(line))}
        />
        <Details
          event={event}
          highlight={highlight}
          actions={{
            onChoice: ({ term }) =>
              window.location.assign(correlationSearchHref(withTerm(trace.query, term), rangeOf(facts))),
          }}
          linksOf={(log) => ({
            inPlace: {
              label: kind === 'trace' ? 'Link to it in this trace' : 'Link to it in this request',
              href: `${pageHref(kind, id) ?? ''}${traceQuery({ ...chosen, open: log.id })}`,
            },
            bare: bareEventHref(log.id),
          })}
          onOpenEvent={show}
          onStep={step}
          onClose={close}
        />
      </div>
    </main>
  )
}

function rangeOf({ first, last }: TraceFacts): { from: number; to: number } {
  return { from: Date.parse(first['@timestamp']), to: Date.parse(last['@timestamp']) }
}
