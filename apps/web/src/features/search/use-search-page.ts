'use client'

import type { FieldsOutput } from '@heartwood/api'
import { parse } from '@heartwood/query-lang'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useMemo, useRef, useState } from 'react'
import { useTRPC } from '../../api/api-provider.tsx'
import { useDemo } from '../demo/use-demo.ts'
import { useDemoState } from '../demo/use-demo-state.ts'
import { useSavedSearchPart } from '../saved-searches/use-saved-search-part.ts'
import { useFacetQuestion } from './fields/facet-question.ts'
import { useFieldsPanel } from './fields/use-fields-panel.ts'
import { useSplit } from './histogram/use-split.ts'
import { absoluteHref } from './links/absolute-href.ts'
import { copyLink } from './links/copy-link-menu.tsx'
import type { LogListHandle } from './log-list/log-list.tsx'
import { useListKeys } from './log-list/use-list-keys.ts'
import { useListState } from './log-list/use-list-state.ts'
import type { QueryBarHandle } from './query-bar/query-editor.tsx'
import { searchTitle } from './search-title.ts'
import type { ShortcutHandlers } from './shortcuts/shortcuts.ts'
import { useShortcuts } from './shortcuts/use-shortcuts.ts'
import { useTail } from './tail/use-tail.ts'
import { useTimePart } from './time-range/use-time-part.ts'
import { useAnswers } from './use-answers.ts'
import { useFirstEvent } from './use-first-event.ts'
import { useRows } from './use-rows.ts'
import { useSearch } from './use-search.ts'

const EMPTY_POLL_MILLIS = 1_000
const POLL_MILLIS = 30_000

const NO_KEYS: Partial<ShortcutHandlers> = {}
const NO_FIELDS: FieldsOutput['fields'] = []

export type SearchPageState = ReturnType<typeof useSearchPage>

/** Everything the page is made of, wired: URL -> answers and tail -> rows, and the keys. */
export function useSearchPage() {
  const trpc = useTRPC()
  const search = useSearch()
  const { query, from, to, live } = search
  const [sheet, setSheet] = useState<'send-logs' | 'shortcuts'>()
  const queryBar = useRef<QueryBarHandle>(null)
  const list = useRef<LogListHandle>(null)

  const status = useQuery(
    trpc.status.queryOptions(undefined, {
      retry: false,
      refetchInterval: ({ state }) =>
        state.data === undefined || state.data.events === 0 ? EMPTY_POLL_MILLIS : POLL_MILLIS,
    }),
  ).data
  const fields = useQuery(
    trpc.fields.queryOptions(
      { from_time: from, to_time: to },
      { enabled: (status?.events ?? 0) > 0, retry: false, gcTime: 0 },
    ),
  ).data?.fields

  const parsed = useMemo(() => parse(query), [query])
  const demoState = useDemoState()
  const askable = parsed.valid && status?.events !== 0 && (demoState.state !== 'opening' || demoState.ownLogs)
  const answers = useAnswers({ query, from, to, live, order: live ? 'newest' : search.order, askable })
  const split = useSplit({ query, from, to, live, askable }, search.by, answers.volume)
  const facets = useFacetQuestion(query, answers.volume, answers.volumeOutdated, live)
  const fieldsPanel = useFieldsPanel()
  const tail = useTail({
    query: query === '' ? '*' : query,
    enabled: live && askable,
    onBegun: answers.refresh,
  })
  const rows = useRows({ search, answers, tail, list })
  const [atTop, setAtTop] = useState(true)
  const time = useTimePart({ search, atTop, refresh: answers.refresh })
  const saved = useSavedSearchPart()
  const listState = useListState({ search, rows })
  const demo = useDemo({ demo: demoState, search, refresh: answers.refresh })
  // What the demo writes is no first event of anybody's.
  const noDemo = demo.known && (demo.state === undefined || demo.state === 'off')
  useFirstEvent({ status: noDemo ? status : undefined, search, refresh: answers.refresh })

  function refresh() {
    tail.showFound()
    answers.refresh()
  }
  function toggleLive() {
    if (live) return search.change({ live: false })
    search.change({ live: true, ...(to === 'now' ? {} : { from: 'now-15m', to: 'now' }) })
  }

  useEffect(() => {
    document.title = searchTitle(query)
  }, [query])
  const listKeys = useListKeys({ rows, listState, list })
  const actions: ShortcutHandlers = {
    'focus-query': () => queryBar.current?.select(),
    'open-time': () => time.setOpen('range'),
    'open-zone': () => time.setOpen('zone'),
    'range-back': time.steps.back,
    'range-forward': time.steps.forward,
    'range-earlier': time.steps.earlier,
    'range-later': time.steps.later,
    'zoom-out': time.steps.zoomOut,
    'toggle-live': toggleLive,
    'pause-tail': live ? (tail.view.paused ? rows.resume : tail.pause) : undefined,
    'clear-tail': live ? tail.clear : undefined,
    'toggle-fields': fieldsPanel.toggle,
    refresh,
    ...listKeys,
    // What is searched for long is given up first.
    close: answers.searching ? answers.cancel : listKeys.close,
    'open-palette': () => saved.setPaletteOpen(true),
    'saved-searches': () => saved.setListOpen(true),
    'save-search': saved.saveNew,
    'copy-link': () => void copyLink(absoluteHref(search, Date.now())),
    'send-logs': () => setSheet('send-logs'),
    'open-status': () => window.location.assign('/status'),
    'open-dead-letters': () => window.location.assign('/dead-letters'),
    'open-audit': () => window.location.assign('/audit'),
    'show-shortcuts': () => setSheet('shortcuts'),
  }
  // A sheet that was asked for takes the keys, also while it is still being loaded.
  useShortcuts(sheet === undefined && !saved.paletteOpen ? actions : NO_KEYS)

  return {
    search,
    saved,
    actions,
    status,
    demo,
    fields: useMemo(
      () => (fields ?? []).toSorted((a, b) => b.events - a.events).map(({ name }) => name),
      [fields],
    ),
    parsed,
    askable,
    answers,
    split,
    facets,
    fieldsPanel,
    occurring: fields ?? NO_FIELDS,
    /** Whether the range holds logs, whatever is asked for; undefined while it is not known. */
    rangeHoldsLogs: fields === undefined ? undefined : fields.length > 0,
    /** How long the oldest log waits that cannot be found yet: the tail knows it by the second, else the status. */
    delayMillis: live ? tail.lagMillis : (status?.searchable_delay_ms ?? undefined),
    tail,
    rows,
    list,
    listState,
    queryBar,
    time,
    setAtTop,
    sheet,
    setSheet,
    toggleLive,
    refresh,
  }
}
