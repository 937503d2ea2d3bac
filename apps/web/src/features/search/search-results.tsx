'use client'

import { useMemo } from 'react'
import { toast } from 'sonner'
import { useDelayed } from '../../ui/use-delayed.ts'
import { useTimeZone } from '../time-zone/use-time-zone.tsx'
import { SearchDetails } from './details/search-details.tsx'
import { toggledFilter } from './edit-query.ts'
import { NothingMatched } from './empty/nothing-matched.tsx'
import { SearchError } from './empty/search-error.tsx'
import { FieldsPanel } from './fields/fields-panel.tsx'
import { Histogram } from './histogram/histogram.tsx'
import { HistogramControls } from './histogram/histogram-controls.tsx'
import { highlighters } from './log-list/highlight.ts'
import { LogList } from './log-list/log-list.tsx'
import { timeDetail } from './log-list/log-time.ts'
import { ListToolbar } from './log-list/toolbar/list-toolbar.tsx'
import { SearchProgress } from './long-search/search-progress.tsx'
import { PatternsView } from './patterns/patterns-view.tsx'
import { ViewSwitch } from './patterns/view-switch.tsx'
import { ProgressLine } from './progress-line.tsx'
import { Summary } from './summary/summary.tsx'
import { ResumeButton, TailBar } from './tail/tail-bar.tsx'
import { isoRange, rangeAround, rangeLabel, resolveRange, widerRange } from './time-range/time-range.ts'
import { useLatest } from './use-latest.ts'
import type { SearchPageState } from './use-search-page.ts'

/** An earlier answer is greyed only once the new one takes its time: quick answers do not flicker. */
const OUTDATED_MILLIS = 300

/** The answer: how much, when, and the rows; or why there are none. */
export function SearchResults({ page }: { page: SearchPageState }) {
  const { search, answers, tail, parsed } = page
  const { query, change, live } = search
  const highlightOf = useMemo(() => highlighters(parsed.query), [parsed.query])
  const latest = useLatest()
  const outdated = useDelayed(answers.outdated, OUTDATED_MILLIS)
  const countsOutdated = useDelayed(answers.outdated || answers.volumeOutdated, OUTDATED_MILLIS)

  async function jumpToLatest() {
    const millis = await latest(query).catch(() => undefined)
    if (millis === undefined) toast('No stored event matches this query, at any time.')
    else change({ ...rangeAround(millis, Date.now()), live: false })
  }

  return (
    <>
      <ProgressLine busy={answers.searching} />
      <div className="flex min-h-0 flex-1">
        <FieldsPanel
          panel={page.fieldsPanel}
          fields={page.occurring}
          query={query}
          question={page.facets}
          onQuery={(next) => change({ query: next })}
        />
        <main className="flex min-h-0 min-w-0 flex-1 flex-col">
          <h1 className="sr-only">Logs</h1>
          <div className={`shrink-0 bg-head transition-opacity ${countsOutdated ? 'opacity-60' : ''}`}>
            <Summary
              query={query}
              volume={answers.volume}
              uncounted={answers.uncounted}
              failed={answers.error !== undefined || !parsed.valid}
              errors={answers.errors}
              tookMillis={answers.tookMillis}
              readBytes={answers.readBytes}
              onLevel={(level) => change({ query: toggledFilter(query, { field: 'level', value: level }) })}
              onService={(service) =>
                change({ query: toggledFilter(query, { field: 'service', value: service }) })
              }
            />
            <HistogramControls
              by={search.by}
              fields={page.occurring}
              delayMillis={page.delayMillis}
              fieldsOpen={page.fieldsPanel.open}
              onBy={(by) => change({ by, open: search.open })}
              onFields={page.fieldsPanel.toggle}
            >
              <ViewSwitch view={search.view} onView={(view) => change({ view, open: search.open })} />
            </HistogramControls>
            <Histogram
              mark={search.at === null ? undefined : Date.parse(search.at)}
              answer={page.split}
              onZoom={({ from, to }) => change({ ...isoRange(from, to), live: false })}
            />
          </div>
          {live ? (
            <TailBar tail={tail} />
          ) : showsPatterns(page) ? (
            <div className="h-px shrink-0 bg-line" />
          ) : (
            <ListToolbar
              search={search}
              state={page.listState}
              fields={page.fields}
              total={answers.counts?.total}
            />
          )}
          <div className="flex min-h-0 flex-1">
            <div className="relative flex min-w-0 flex-1 flex-col">
              {showsPatterns(page) ? (
                <PatternsView
                  query={query}
                  question={page.facets}
                  onQuery={(next, lines) => change({ query: next, ...(lines && { view: 'logs' }) })}
                />
              ) : (
                <Rows
                  page={page}
                  outdated={outdated}
                  highlightOf={highlightOf}
                  onLatest={() => void jumpToLatest()}
                />
              )}
              <SearchProgress
                searching={answers.searching}
                partial={answers.partial}
                onCancel={answers.cancel}
                onGoOn={answers.goOn}
              />
            </div>
            <SearchDetails page={page} highlight={highlightOf('message')} />
          </div>
        </main>
      </div>
    </>
  )
}

/** Where there are none, the page says why in the same words for both views. */
function showsPatterns({ search, parsed, answers, rows }: SearchPageState): boolean {
  return search.view === 'patterns' && parsed.valid && answers.error === undefined && rows.logs.length > 0
}

function Rows(props: {
  page: SearchPageState
  outdated: boolean
  highlightOf: ReturnType<typeof highlighters>
  onLatest(): void
}) {
  const { search, answers, tail, rows, parsed, list, listState } = props.page
  const { zone } = useTimeZone()
  const now = Date.now()
  const range = resolveRange(search, now)
  if (!parsed.valid) return <InvalidQuery />
  if (answers.error !== undefined) return <SearchError error={answers.error} onRetry={answers.refresh} />
  if (rows.rows.total === 0 && answers.partial !== undefined) return <NothingYet />
  if (rows.rows.total === 0 && !rows.answered) return <div className="flex-1" />
  if (rows.rows.total === 0) {
    const wider = widerRange(search, now)
    return (
      <NothingMatched
        query={search.query}
        range={rangeLabel(search, now, zone)}
        live={search.live}
        onWiden={wider === undefined ? undefined : () => search.change(wider)}
        onClear={() => search.change({ query: '' })}
        onLatest={props.onLatest}
      />
    )
  }
  return (
    <div
      className={`relative flex min-h-0 flex-1 flex-col bg-list transition-opacity ${props.outdated ? 'opacity-60' : ''}`}
    >
      {search.live && tail.buffer.paused && (
        <ResumeButton waiting={tail.buffer.waitingCount} onResume={rows.resume} />
      )}
      <LogList
        rows={rows.rows}
        state={listState}
        question={rows.question}
        fields={search.columns}
        timeDetail={timeDetail(range, now, zone)}
        active={rows.active}
        open={search.open}
        outdated={answers.outdated}
        freshBefore={search.live && !tail.buffer.paused ? tail.fresh : 0}
        highlightOf={props.highlightOf}
        handle={list}
        onOpen={rows.open}
        onColumns={(columns) => search.arrange({ columns })}
        onAtTop={(atTop) => {
          props.page.setAtTop(atTop)
          if (!search.live) return
          if (!atTop) tail.pause()
          else if (search.open === null && rows.active === undefined) tail.resume()
        }}
      />
    </div>
  )
}

function NothingYet() {
  return <p className="flex-1 px-4 pt-[9vh] text-center text-dim">Nothing found so far.</p>
}

function InvalidQuery() {
  return (
    <div className="flex flex-1 flex-col items-center px-4 pt-[9vh] text-center">
      <p className="text-[15px] font-semibold">The query has an error</p>
      <p className="mt-1 text-dim">Mend the marked part and press Enter.</p>
    </div>
  )
}
