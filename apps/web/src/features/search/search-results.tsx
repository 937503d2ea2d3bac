'use client'

import dynamic from 'next/dynamic'
import { useMemo } from 'react'
import { toast } from 'sonner'
import { Still } from '../../ui/still.tsx'
import { useDelayed } from '../../ui/use-delayed.ts'
import { useTimeZone } from '../time-zone/use-time-zone.tsx'
import { SearchDetails } from './details/search-details.tsx'
import { toggledFilter } from './edit-query.ts'
import { NothingMatched } from './empty/nothing-matched.tsx'
import { Away, SearchError } from './empty/search-error.tsx'
import { FieldsPanel } from './fields/fields-panel.tsx'
import { Histogram } from './histogram/histogram.tsx'
import { HistogramControls } from './histogram/histogram-controls.tsx'
import { Legend } from './histogram/legend.tsx'
import { columnChoice } from './log-list/columns/column-choice.ts'
import { highlighters } from './log-list/highlight.ts'
import { LogList } from './log-list/log-list.tsx'
import { timeDetail } from './log-list/log-time.ts'
import { ListToolbar } from './log-list/toolbar/list-toolbar.tsx'
import { SearchProgress } from './long-search/search-progress.tsx'
import { ViewSwitch } from './patterns/view-switch.tsx'
import { ProgressLine } from './progress-line.tsx'
import { MissingParts } from './summary/missing-parts.tsx'
import { Summary } from './summary/summary.tsx'
import { ResumeButton, TailBar } from './tail/tail-bar.tsx'
import { useScrollPause } from './tail/use-scroll-pause.ts'
import { isoRange, rangeAround, rangeLabel, resolveRange, widerRange } from './time-range/time-range.ts'
import { useLatest } from './use-latest.ts'
import type { SearchPageState } from './use-search-page.ts'

/** Loaded when it is first asked for. */
const PatternsView = dynamic(() => import('./patterns/patterns-view.tsx'), { ssr: false })

/** An earlier answer is greyed only once the new one takes its time: quick answers do not flicker. */
const OUTDATED_MILLIS = 300
/** A range that ends sooner ends now. */
const PAST_MILLIS = 1_000

/** The answer: how much, when, and the rows; or why there are none. */
export function SearchResults({ page }: { page: SearchPageState }) {
  const { search, answers, parsed, fieldsPanel: panel } = page
  const { query, change, live, columns, arrange } = search
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
        <Still on={[panel.open, panel.beside, page.occurring, query, page.facets, columns, arrange, change]}>
          {() => (
            <FieldsPanel
              panel={panel}
              fields={page.occurring}
              query={query}
              question={page.facets}
              columns={columnChoice({ columns, arrange })}
              onQuery={(next) => change({ query: next })}
            />
          )}
        </Still>
        <main className="flex min-h-0 min-w-0 flex-1 flex-col">
          <h1 className="sr-only">Logs</h1>
          <Head page={page} outdated={countsOutdated} />
          {live ? (
            <LiveBar page={page} />
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
                counting={!answers.asking}
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

/** How much there is and when: as it stood before while rows come in below. */
function Head({ page, outdated }: { page: SearchPageState; outdated: boolean }) {
  const { search, answers, parsed, split, occurring, delayMillis, fieldsPanel } = page
  const { query, by, view, at, open, change } = search
  const { volume, uncounted, errors, tookMillis, readBytes, fetchedBytes, missing } = answers
  const failed = answers.error !== undefined || !parsed.valid
  const asked = [query, by, view, at, open, change]
  const counted = [volume, uncounted, errors, split, tookMillis, readBytes, fetchedBytes, missing]
  const answered = [...counted, failed, occurring, delayMillis, outdated]
  return (
    <Still on={[...asked, ...answered, fieldsPanel.open, fieldsPanel.beside]}>
      {() => (
        <div className={`shrink-0 bg-head transition-opacity ${outdated ? 'opacity-60' : ''}`}>
          <MissingParts missing={missing} />
          <Summary
            query={query}
            volume={volume}
            uncounted={uncounted}
            failed={failed}
            errors={errors}
            tookMillis={tookMillis}
            readBytes={readBytes}
            fetchedBytes={fetchedBytes}
            onLevel={(level) => change({ query: toggledFilter(query, { field: 'level', value: level }) })}
            onService={(service) =>
              change({ query: toggledFilter(query, { field: 'service', value: service }) })
            }
          />
          <HistogramControls
            by={by}
            fields={occurring}
            delayMillis={delayMillis}
            fieldsOpen={fieldsPanel.open}
            onBy={(by) => change({ by, open })}
            onFields={fieldsPanel.toggle}
          >
            <ViewSwitch view={view} onView={(view) => change({ view, open })} />
            <Legend answer={split} />
          </HistogramControls>
          <Histogram
            mark={at === null ? undefined : Date.parse(at)}
            answer={split}
            onZoom={({ from, to }) => change({ ...isoRange(from, to), live: false })}
          />
        </div>
      )}
    </Still>
  )
}

/** Where there are none, the page says why in the same words for both views. */
function showsPatterns({ search, parsed, answers, rows }: SearchPageState): boolean {
  return search.view === 'patterns' && parsed.valid && answers.error === undefined && rows.rows.total > 0
}

/** The tail, and how the rows stand where there are rows. */
function LiveBar({ page }: { page: SearchPageState }) {
  const { search, answers, listState, fields, tail, rows } = page
  const bar = <TailBar tail={tail} onResume={rows.resume} />
  if (showsPatterns(page))
    return (
      <div className="flex min-h-8 shrink-0 flex-wrap items-center gap-x-1 border-y border-line bg-accent-soft px-2">
        {bar}
      </div>
    )
  return (
    <ListToolbar search={search} state={listState} fields={fields} total={answers.volume?.total} lead={bar} />
  )
}

function Rows(props: {
  page: SearchPageState
  outdated: boolean
  highlightOf: ReturnType<typeof highlighters>
  onLatest(): void
}) {
  const { search, answers, tail, rows, parsed, list, listState } = props.page
  const { zone } = useTimeZone()
  const onScrolled = useScrollPause(tail, rows.isStepping)
  const now = Date.now()
  const range = resolveRange(search, now)
  const follows = search.live && !tail.view.paused
  if (!parsed.valid) return <InvalidQuery />
  // What is being read stays while the server is away and asked again.
  const away = answers.error?.transient === true && rows.rows.total > 0 ? answers.error : undefined
  if (answers.error !== undefined && away === undefined)
    return <SearchError error={answers.error} onRetry={answers.refresh} />
  if (rows.rows.total === 0 && answers.partial !== undefined) return <NothingYet />
  if (rows.rows.total === 0 && !rows.answered) return <div className="flex-1" />
  if (rows.rows.total === 0) {
    return (
      <NothingMatched
        query={search.query}
        range={{ from: search.from, to: search.to }}
        rangeLabel={rangeLabel(search, now, zone)}
        live={search.live}
        holdsLogs={props.page.rangeHoldsLogs}
        isPast={range !== undefined && range.to < now - PAST_MILLIS}
        wider={widerRange(search, now)}
        onRange={(next) => search.change({ ...next, live: false })}
        onQuery={(query) => search.change({ query })}
        onLatest={props.onLatest}
      />
    )
  }
  return (
    <div
      className={`relative flex min-h-0 flex-1 flex-col bg-list transition-opacity ${props.outdated ? 'opacity-60' : ''}`}
    >
      {away !== undefined && <Away error={away} />}
      {search.live && tail.view.paused && (
        <ResumeButton waiting={tail.view.counts.waiting} end={rows.newestEnd} onResume={rows.resume} />
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
        isFresh={rows.isFresh}
        follow={follows ? rows.newestEnd : undefined}
        highlightOf={props.highlightOf}
        handle={list}
        onOpen={rows.open}
        onColumns={(columns) => search.arrange({ columns })}
        onSearchMissed={rows.searchMissed}
        onEnds={(at) => {
          props.page.setAtTop(at.first)
          if (search.live) onScrolled(at[rows.newestEnd])
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
