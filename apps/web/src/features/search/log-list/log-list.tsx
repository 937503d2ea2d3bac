// biome-ignore-all lint/a11y/useSemanticElements: rows are placed by position, which a <table> cannot be
'use client'

import type { LogJson } from '@heartwood/api'
import { type RefObject, useCallback, useEffect, useId, useLayoutEffect, useMemo, useRef } from 'react'
import { TEST_IDS } from '../../../test-ids.ts'
import { useTimeZone } from '../../time-zone/use-time-zone.tsx'
import type { ListedRows } from '../log-pages/listed-rows.ts'
import { MarkRow } from '../tail/mark-row.tsx'
import type { TailMark } from '../tail/tail-item.ts'
import { ColumnHead } from './columns/column-head.tsx'
import { fittingWidth } from './columns/column-model.ts'
import { fieldText } from './columns/field-text.ts'
import { useColumns } from './columns/use-columns.ts'
import { findRanges, withFound } from './find-in-rows.ts'
import type { Highlighter } from './highlight.ts'
import { NARROW_ROW_PIXELS, ROW_PIXELS } from './list-look.ts'
import { LogRow } from './log-row.tsx'
import { rowTime, type TimeDetail } from './log-time.ts'
import { PlaceholderRow } from './placeholder-row.tsx'
import { clickedRow } from './row-actions.ts'
import { useThumbLabel } from './thumb-label.tsx'
import type { ListState } from './use-list-state.ts'
import { useNarrow } from './use-narrow.ts'
import { useRowWindow } from './use-row-window.ts'

const HEAD_PIXELS = 24
/** Between two columns, as in log-list.css, and the gutter with the padding at the end. */
const GAP_PIXELS = 12
const SIDE_PIXELS = 46
/** Marks an expanded row in its key, which has another height: no id holds it. */
const EXPANDED = '\u0000'

export interface LogListHandle {
  /** Brings a row into view; moves nothing where it is. */
  scrollToRow(row: number): void
  scrollToEnd(end: 'first' | 'last'): void
  focus(): void
  /** The event on top of the view; undefined where that is the first one, or not held. */
  topRow(): LogJson | undefined
  /** Rows that fit into the view. */
  pageRows(): number
}

export interface LogListProps {
  readonly rows: ListedRows
  readonly state: ListState
  /** Changes with the question: its rows begin at their top. */
  readonly question: unknown
  readonly fields: readonly string[]
  readonly timeDetail: TimeDetail
  /** The row that has the keys. */
  readonly active: number | undefined
  /** The event whose details are open. */
  readonly open: string | null
  /** The rows belong to an earlier question: they can be read, not used. */
  readonly outdated: boolean
  /** Whether a row has just arrived. */
  readonly isFresh: (row: number) => boolean
  /** Where new rows come in, and are followed; undefined while nothing moves. */
  readonly follow: 'first' | 'last' | undefined
  readonly highlightOf: (field: string) => Highlighter
  readonly handle: RefObject<LogListHandle | null>
  onOpen(log: LogJson): void
  onColumns(fields: string[]): void
  onSearchMissed(mark: TailMark): void
  /** Whether the first row is in view, and the last. */
  onEnds(at: { readonly first: boolean; readonly last: boolean }): void
}

/** The rows of a result, in the order asked for; only those in view exist in the page. */
export function LogList(props: LogListProps) {
  const { rows, state, active, timeDetail, handle } = props
  const { look, expanded, selected, find } = state
  const scroller = useRef<HTMLDivElement>(null)
  const idPrefix = useId()
  const narrow = useNarrow()
  const { zone } = useTimeZone()
  const columns = useColumns(props.fields, timeDetail)
  const rowPixels = (narrow ? NARROW_ROW_PIXELS : ROW_PIXELS)[look.density]
  const headPixels = narrow ? 0 : HEAD_PIXELS
  const scale = useMemo(() => ({ rows: rows.total, rowPixels }), [rows.total, rowPixels])
  const label = useThumbLabel(scroller)

  const keyOf = useCallback(
    (row: number) => {
      const id = rows.rowAt(row)?.id ?? rows.markAt(row)?.id
      return id === undefined ? row : expanded.has(id) ? `${id}${EXPANDED}` : id
    },
    [rows, expanded],
  )
  const list = useRowWindow({
    scroller,
    scale,
    headPixels,
    overscan: props.follow === undefined ? OVERSCAN_ROWS : FOLLOWING_OVERSCAN_ROWS,
    question: props.question,
    keyOf,
    rowOf: (key) => rows.indexOf(key.replace(EXPANDED, '')),
    onScroll({ row, offset, thrown }) {
      const { scrollHeight = 0, clientHeight = 0 } = scroller.current ?? {}
      props.onEnds({
        first: offset < rowPixels,
        last: offset + clientHeight > scrollHeight - rowPixels,
      })
      if (thrown) label.show(timeText(rows.timeAt(row)), offset)
    },
  })
  const { items } = list
  const first = items[0]
  const last = items.at(-1)
  const [firstRow, lastRow] = [
    first === undefined ? 0 : list.rowOf(first),
    last === undefined ? -1 : list.rowOf(last),
  ]

  // What is flown over is not asked for: only where the view comes to rest, or goes on within what is held.
  const isFlown = lastRow >= 0 && rows.rowAt(firstRow) === undefined && rows.rowAt(lastRow) === undefined
  useEffect(() => {
    if (lastRow < 0) return
    if (!isFlown) return rows.look(firstRow, lastRow)
    const timer = setTimeout(() => rows.look(firstRow, lastRow), REST_MILLIS)
    return () => clearTimeout(timer)
  }, [rows, firstRow, lastRow, isFlown])

  const { forgetHeights } = list
  // biome-ignore lint/correctness/useExhaustiveDependencies: heights are other ones after each of these
  useEffect(() => forgetHeights(), [look.wrap, look.density, narrow])

  useEffect(() => {
    handle.current = {
      scrollToRow(row) {
        list.scrollToRow(row)
        // The keys went to the page: from here on they are the list's, its own find among them.
        if (document.activeElement === document.body) scroller.current?.focus({ preventScroll: true })
      },
      scrollToEnd: (end) =>
        scroller.current?.scrollTo({ top: end === 'first' ? 0 : scroller.current.scrollHeight }),
      focus: () => scroller.current?.focus({ preventScroll: true }),
      topRow: () => (list.topRow() === 0 ? undefined : rows.rowAt(list.topRow())),
      pageRows: list.pageRows,
    }
    return () => {
      handle.current = null
    }
  })

  const { follow } = props
  useLayoutEffect(() => {
    if (follow === 'last') scroller.current?.scrollTo({ top: scroller.current.scrollHeight })
  })

  const { highlightOf } = props
  const marksOf = useMemo(
    () => (field: string) => (text: string) =>
      withFound(highlightOf(field)(text), findRanges(text, find.sought)),
    [highlightOf, find.sought],
  )
  const measured = look.wrap || narrow
  const activeId = active === undefined ? undefined : (rows.rowAt(active)?.id ?? rows.markAt(active)?.id)
  const timeText = (millis: number | undefined) =>
    millis === undefined ? '' : rowTime(new Date(millis).toISOString(), timeDetail, zone)

  function fit(field: string) {
    const texts = items.flatMap((item) => {
      const log = rows.rowAt(list.rowOf(item))
      return log === undefined ? [] : [fieldText(log, field)]
    })
    const isTime = columns.columns.find((column) => column.field === field)?.kind === 'time'
    const shown = isTime ? [timeText(Date.now())] : texts
    columns.setWidth(field, fittingWidth([...shown, field], CHARACTER_PIXELS[look.density]))
  }

  return (
    <div className="relative flex min-h-0 flex-1 flex-col">
      <div
        ref={scroller}
        role="treegrid"
        tabIndex={0}
        aria-label="Logs"
        aria-rowcount={rows.total + 1}
        aria-multiselectable
        aria-activedescendant={activeId === undefined ? undefined : `${idPrefix}${activeId}`}
        data-testid={TEST_IDS.logList}
        data-density={look.density}
        data-wrap={look.wrap || undefined}
        data-selecting={selected.size > 0 || undefined}
        className={`log-list min-h-0 flex-1 overflow-auto [overflow-anchor:none] focus-visible:outline-offset-[-2px] max-sm:overflow-x-hidden ${props.outdated ? 'cursor-progress' : ''}`}
        style={{
          ['--log-columns' as string]: columns.template,
        }}
        onClick={(event) => {
          if (props.outdated) return
          const clicked = clickedRow(event.target)
          const log = clicked === undefined ? undefined : rows.rowAt(clicked.row)
          if (clicked === undefined || log === undefined) return
          if (clicked.action === 'select' || event.shiftKey) state.select(log, event.shiftKey)
          else if (clicked.action === 'expand') state.expand(log)
          // Selecting text of a row is not opening it.
          else if (window.getSelection()?.isCollapsed !== false) props.onOpen(log)
        }}
        // A range of rows is marked, not their text.
        onMouseDown={(event) => {
          if (event.shiftKey) event.preventDefault()
        }}
        onKeyDown={(event) => {
          if ((event.ctrlKey || event.metaKey) && event.key === 'f') {
            event.preventDefault()
            find.show()
          }
        }}
      >
        {!narrow && (
          <ColumnHead
            fields={props.fields}
            headers={columns.headers}
            onFields={props.onColumns}
            onWidth={columns.setWidth}
            onFit={fit}
          />
        )}
        <div
          className="relative"
          style={{
            height: list.pixels,
            minWidth: narrow
              ? undefined
              : columns.minWidth + GAP_PIXELS * columns.columns.length + SIDE_PIXELS,
          }}
        >
          {items.map((item) => {
            const row = list.rowOf(item)
            const log = rows.rowAt(row)
            const start = list.startOf(item)
            const mark = rows.markAt(row)
            if (mark !== undefined)
              return (
                <MarkRow
                  key={mark.id}
                  mark={mark}
                  row={row}
                  index={item.index}
                  start={start}
                  id={`${idPrefix}${mark.id}`}
                  active={row === active}
                  measure={measured ? list.measure : undefined}
                  onSearch={props.onSearchMissed}
                />
              )
            if (log === undefined)
              return (
                <PlaceholderRow
                  key={item.key}
                  row={row}
                  index={item.index}
                  start={start}
                  time={timeText(rows.timeAt(row))}
                  active={row === active}
                />
              )
            const isExpanded = expanded.has(log.id)
            return (
              <LogRow
                // An event that a tail brought and a search found again may stand in both for a moment.
                key={`${rows.isTail(row) ? 'tail ' : ''}${log.id}`}
                log={log}
                row={row}
                index={item.index}
                start={start}
                id={`${idPrefix}${log.id}`}
                columns={columns.columns}
                timeDetail={timeDetail}
                wrap={look.wrap}
                active={row === active}
                open={log.id === props.open}
                selected={selected.has(log.id)}
                expanded={isExpanded}
                fresh={props.isFresh(row)}
                highlightOf={marksOf}
                measure={measured || isExpanded ? list.measure : undefined}
              />
            )
          })}
        </div>
      </div>
      {label.element}
    </div>
  )
}

/** Where one scrolls, the next rows are there already; what comes in by itself is not scrolled to. */
const OVERSCAN_ROWS = 12
const FOLLOWING_OVERSCAN_ROWS = 2
/** A view that moves on sooner than this has not come to rest. */
const REST_MILLIS = 90
/** Width of a character of the mono font at the sizes of log-list.css. */
const CHARACTER_PIXELS = { compact: 6.9, normal: 7.2, roomy: 7.8 } as const
