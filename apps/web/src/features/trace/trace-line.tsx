// biome-ignore-all lint/a11y/useSemanticElements: rows are placed by position, which a <table> cannot be
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid has the focus and names its active row
'use client'

import type { LogJson } from '@heartwood/api'
import { memo } from 'react'
import { TEST_IDS } from '../../test-ids.ts'
import { LEVEL_FILL, LEVEL_TEXT } from '../search/log-list/level-look.ts'
import { LogText } from '../search/log-list/log-text.tsx'
import { timeTitle } from '../time-zone/format-time.ts'
import { useTimeZone } from '../time-zone/use-time-zone.tsx'
import { offsetText } from './trace-times.ts'

/** A message is shown up to here on its one line; the details have all of it. */
const MAX_SHOWN = 1_000

/** One line of a trace, at its time since the beginning. */
export const TraceLine = memo(function TraceLine(props: {
  readonly log: LogJson
  /** Nanoseconds since the first line. */
  readonly offset: number
  readonly open: boolean
  onOpen(id: string): void
}) {
  const { log, open } = props
  const { zone, local } = useTimeZone()
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the grid has the focus and takes the keys for its active row
    // biome-ignore lint/a11y/useKeyWithClickEvents: as above
    <div
      data-testid={TEST_IDS.traceLine}
      data-level={log.level}
      className={`relative flex cursor-pointer items-baseline gap-x-3 py-[3px] pr-3 pl-4 font-mono text-[12px] leading-[18px] max-sm:flex-wrap max-sm:gap-x-2 ${open ? 'bg-picked' : 'hover:bg-hover'}`}
      onClick={() => {
        // Selecting text of a row is not opening it.
        if (window.getSelection()?.isCollapsed !== false) props.onOpen(log.id)
      }}
    >
      <span
        aria-hidden
        className="absolute inset-y-[2px] left-1.5 w-[3px] rounded-full"
        style={{ background: LEVEL_FILL[log.level] }}
      />
      {open && <span aria-hidden className="absolute inset-y-0 left-0 w-[2px] bg-accent" />}
      <span
        role="gridcell"
        onPointerEnter={(event) => {
          event.currentTarget.title = timeTitle(log['@timestamp'], { page: zone, local }, Date.now())
        }}
        className="w-[10ch] shrink-0 text-right text-dim tabular-nums max-sm:w-auto"
      >
        {offsetText(props.offset)}
      </span>
      <span role="gridcell" className={`w-[7ch] shrink-0 max-sm:w-auto ${LEVEL_TEXT[log.level]}`}>
        {log.level === 'unknown' ? '–' : log.level}
      </span>
      <span
        role="gridcell"
        title={log.service}
        className="w-[16ch] shrink-0 truncate text-dim max-sm:w-auto max-sm:max-w-[40%]"
      >
        <LogText text={log.service ?? ''} />
      </span>
      <span
        role="gridcell"
        className="min-w-0 flex-1 truncate max-sm:line-clamp-2 max-sm:basis-full max-sm:wrap-anywhere max-sm:whitespace-normal"
      >
        <LogText text={log.message.slice(0, MAX_SHOWN)} />
      </span>
    </div>
  )
})
