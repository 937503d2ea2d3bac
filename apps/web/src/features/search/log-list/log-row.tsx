// biome-ignore-all lint/a11y/useSemanticElements: rows are placed by position, which a <table> cannot be
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid has the focus and names its active row
'use client'

import type { LogJson } from '@heartwood/api'
import { memo } from 'react'
import { TEST_IDS } from '../../../test-ids.ts'
import { timeTitle } from '../../time-zone/format-time.ts'
import { useTimeZone } from '../../time-zone/use-time-zone.tsx'
import type { Highlighter } from './highlight.ts'
import { LEVEL_FILL, LEVEL_TEXT } from './level-look.ts'
import { LogText } from './log-text.tsx'
import { rowTime, type TimeDetail } from './log-time.ts'

/** A message is shown up to here on its one line; the opened row has all of it. */
const MAX_SHOWN = 1_000

export interface LogRowProps {
  readonly log: LogJson
  readonly index: number
  readonly id: string
  readonly timeDetail: TimeDetail
  readonly selected: boolean
  readonly open: boolean
  readonly fresh: boolean
  readonly highlight: Highlighter
  onToggle(log: LogJson): void
}

/** One event on one line (on a narrow screen: two). */
export const LogRow = memo(function LogRow(props: LogRowProps) {
  const { log, selected, open } = props
  const { zone, local } = useTimeZone()
  const message = shortened(log.message)
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the grid has the focus and takes the keys for its active row
    <div
      role="row"
      id={props.id}
      aria-rowindex={props.index + 1}
      aria-level={1}
      aria-current={open ? 'true' : undefined}
      aria-selected={selected}
      data-testid={TEST_IDS.logRow}
      data-level={log.level}
      onClick={() => {
        // Selecting text of a row is not opening it.
        if (window.getSelection()?.isCollapsed !== false) props.onToggle(log)
      }}
      className={`group relative flex cursor-pointer items-baseline gap-x-3 py-[3px] pr-3 pl-4 font-mono text-[12px] leading-[18px] max-sm:flex-wrap max-sm:gap-x-2 ${open ? 'bg-picked' : 'hover:bg-hover'} ${selected ? 'bg-picked' : ''} ${props.fresh ? '[animation:arrive_1.6s_ease-out]' : ''}`}
    >
      <span
        aria-hidden
        className="absolute inset-y-[2px] left-1.5 w-[3px] rounded-full"
        style={{ background: LEVEL_FILL[log.level] }}
      />
      {selected && <span aria-hidden className="absolute inset-y-0 left-0 w-[2px] bg-accent" />}
      <span
        role="gridcell"
        className="shrink-0 text-dim tabular-nums"
        // Only now is it known how long ago it was.
        onPointerEnter={(event) => {
          event.currentTarget.title = timeTitle(log['@timestamp'], { page: zone, local }, Date.now())
        }}
      >
        {rowTime(log['@timestamp'], props.timeDetail, zone)}
      </span>
      <span role="gridcell" className={`w-[7ch] shrink-0 max-sm:w-auto ${LEVEL_TEXT[log.level]}`}>
        {log.level === 'unknown' ? '–' : log.level}
      </span>
      <span
        role="gridcell"
        className="w-[16ch] shrink-0 truncate text-dim max-sm:w-auto max-sm:max-w-[40%]"
        title={log.service}
      >
        <LogText text={log.service ?? ''} />
      </span>
      <span
        role="gridcell"
        data-testid={TEST_IDS.logMessage}
        className="min-w-0 flex-1 truncate max-sm:line-clamp-2 max-sm:basis-full max-sm:wrap-anywhere max-sm:whitespace-normal"
      >
        <LogText text={message} hits={props.highlight(message)} />
      </span>
    </div>
  )
})

/** Cut between characters, not within one. */
function shortened(text: string): string {
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN).replace(/[\ud800-\udbff]$/, '')}…` : text
}
