// biome-ignore-all lint/a11y/useSemanticElements: rows are placed by position, which a <table> cannot be
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid has the focus and names its active row
'use client'

import type { LogJson } from '@heartwood/api'
import { ChevronRight } from 'lucide-react'
import { memo } from 'react'
import { TEST_IDS } from '../../../test-ids.ts'
import { timeTitle } from '../../time-zone/format-time.ts'
import { useTimeZone } from '../../time-zone/use-time-zone.tsx'
import type { LogColumn } from './columns/column-model.ts'
import { fieldText } from './columns/field-text.ts'
import { ExpandedRow } from './expanded/expanded-row.tsx'
import type { Highlighter } from './highlight.ts'
import { LEVEL_FILL, LEVEL_TEXT } from './level-look.ts'
import { LogText } from './log-text.tsx'
import { rowTime, type TimeDetail } from './log-time.ts'

/** A message is shown up to here on its one line; the expanded row has all of it. */
const MAX_SHOWN = 1_000
/** The same where lines wrap. */
const MAX_WRAPPED = 4_000

export interface LogRowProps {
  readonly log: LogJson
  readonly row: number
  /** Pixels from the top of the list. */
  readonly start: number
  readonly id: string
  readonly columns: readonly LogColumn[]
  readonly timeDetail: TimeDetail
  readonly wrap: boolean
  /** It has the keys. */
  readonly active: boolean
  /** Its details are open. */
  readonly open: boolean
  readonly selected: boolean
  readonly expanded: boolean
  readonly fresh: boolean
  readonly highlightOf: (field: string) => Highlighter
  /** Where its height depends on what is in it. */
  readonly measure: ((element: HTMLElement | null) => void) | undefined
  /** Its place in the window that is laid out. */
  readonly index: number
}

/** One event on one line (on a narrow screen: two), and below it all of it once it is expanded. */
export const LogRow = memo(function LogRow(props: LogRowProps) {
  const { log, active, open, selected, expanded } = props
  const ground = active || open ? 'bg-picked' : selected ? 'bg-accent-soft' : 'hover:bg-hover'
  return (
    <div
      role="rowgroup"
      ref={props.measure}
      data-index={props.index}
      data-row={props.row}
      className="log-row-group"
      style={{ transform: `translateY(${props.start}px)` }}
    >
      <div
        role="row"
        id={props.id}
        aria-rowindex={props.row + 2}
        aria-level={1}
        aria-expanded={expanded}
        aria-selected={selected}
        aria-current={open ? 'true' : undefined}
        data-testid={TEST_IDS.logRow}
        data-level={log.level}
        data-log={log.id}
        data-active={active || undefined}
        className={`log-row group ${ground} ${props.fresh ? '[animation:arrive_1.6s_ease-out]' : ''}`}
      >
        <span role="gridcell" className="log-gutter">
          <span aria-hidden className="log-level-bar" style={{ background: LEVEL_FILL[log.level] }} />
          <span
            role="checkbox"
            aria-checked={selected}
            aria-label="Select"
            data-action="select"
            className="log-check"
          />
          <span aria-hidden data-action="expand" title="Expand (Space)" className="log-chevron">
            <ChevronRight
              size={12}
              className={`${expanded ? 'rotate-90' : ''} ${hasMore(log.message) ? 'opacity-80' : 'opacity-0 group-hover:opacity-60'}`}
            />
          </span>
        </span>
        {props.columns.map((column) => (
          <Cell key={column.field} column={column} row={props} />
        ))}
      </div>
      {expanded && (
        <div role="row" data-expanded aria-rowindex={props.row + 2} aria-level={2}>
          <div role="gridcell">
            <ExpandedRow log={log} highlight={props.highlightOf('message')} />
          </div>
        </div>
      )}
    </div>
  )
})

function Cell({ column, row }: { column: LogColumn; row: LogRowProps }) {
  const { log } = row
  switch (column.kind) {
    case 'time':
      return <TimeCell log={log} detail={row.timeDetail} />
    case 'level':
      return (
        <span role="gridcell" className={`log-cell log-cell-level ${LEVEL_TEXT[log.level]}`}>
          {log.level === 'unknown' ? '–' : log.level}
        </span>
      )
    case 'message': {
      const text = shortened(log.message, row.wrap ? MAX_WRAPPED : MAX_SHOWN)
      return (
        <span
          role="gridcell"
          data-testid={TEST_IDS.logMessage}
          className={`log-cell log-cell-message ${log.level === 'unknown' ? 'text-dim' : ''}`}
        >
          <LogText text={text} hits={row.highlightOf(column.field)(text)} lines={row.wrap} />
        </span>
      )
    }
    case 'field': {
      const text = shortened(fieldText(log, column.field), MAX_SHOWN)
      return (
        <span role="gridcell" title={text} data-field={column.field} className="log-cell text-dim">
          <LogText text={text} hits={row.highlightOf(column.field)(text)} />
        </span>
      )
    }
  }
}

function TimeCell({ log, detail }: { log: LogJson; detail: TimeDetail }) {
  const { zone, local } = useTimeZone()
  return (
    <span
      role="gridcell"
      className="log-cell text-dim tabular-nums"
      // Only now is it known how long ago it was.
      onPointerEnter={(event) => {
        event.currentTarget.title = timeTitle(log['@timestamp'], { page: zone, local }, Date.now())
      }}
    >
      {rowTime(log['@timestamp'], detail, zone)}
    </span>
  )
}

/** Whether the one line cannot show all of it. */
function hasMore(message: string): boolean {
  return message.length > MAX_SHOWN || /\n|[}\]]\s*$/.test(message)
}

/** Cut between characters, not within one. */
function shortened(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most).replace(/[\ud800-\udbff]$/, '')}…` : text
}
