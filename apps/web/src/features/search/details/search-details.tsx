'use client'

import { withTerm } from '../edit-query.ts'
import { bareEventHref, eventHref } from '../links/absolute-href.ts'
import { useLinkedRange } from '../links/use-linked-range.ts'
import { columnChoice } from '../log-list/columns/column-choice.ts'
import type { Highlighter } from '../log-list/highlight.ts'
import type { SearchPageState } from '../use-search-page.ts'
import { Details } from './details.tsx'
import { useOpenEvent } from './use-open-event.ts'
import { useOpenRow } from './use-open-row.ts'

/** The details of the row that is open in a search. */
export function SearchDetails({ page, highlight }: { page: SearchPageState; highlight: Highlighter }) {
  const { search, rows } = page
  const event = useOpenEvent(search.open, rows.heldLog)
  const log = event?.state === 'found' ? event.log : undefined
  useLinkedRange(search, log)
  useOpenRow(search.live ? undefined : log, rows)
  return (
    <Details
      event={event}
      highlight={highlight}
      actions={{
        columns: columnChoice(search),
        onChoice: ({ term, keeps }) =>
          search.change({ query: withTerm(search.query, term), open: keeps ? search.open : null }),
      }}
      linksOf={(log) => ({
        inPlace: { label: 'Link to it in this search', href: eventHref(search, log, Date.now()) },
        bare: bareEventHref(log.id),
      })}
      onOpenEvent={search.openRow}
      onStep={rows.rows.total === 0 ? undefined : rows.move}
      onClose={rows.close}
    />
  )
}
