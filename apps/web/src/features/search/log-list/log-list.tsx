// biome-ignore-all lint/a11y/useSemanticElements: rows are placed by position, which a <table> cannot be
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid has the focus and names its active row
'use client'

import type { LogJson } from '@heartwood/api'
import { useVirtualizer } from '@tanstack/react-virtual'
import { type RefObject, useCallback, useEffect, useId, useRef } from 'react'
import { TEST_IDS } from '../../../test-ids.ts'
import type { Highlighter } from './highlight.ts'
import { LogRow } from './log-row.tsx'
import type { TimeDetail } from './log-time.ts'

const ROW_PIXELS = 24
/** Ask for more when this many rows are left below. */
const AHEAD_ROWS = 40

export interface LogListHandle {
  scrollToRow(index: number): void
  scrollToTop(): void
  focus(): void
}

export interface LogListProps {
  readonly logs: readonly LogJson[]
  readonly timeDetail: TimeDetail
  readonly selected: string | null
  readonly open: string | null
  /** Rows above this index have just arrived. */
  readonly freshBefore: number
  readonly highlight: Highlighter
  readonly hasMore: boolean
  readonly loadingMore: boolean
  readonly handle: RefObject<LogListHandle | null>
  onToggle(log: LogJson): void
  onMore(): void
  /** Whether the newest row is in view. */
  onAtTop(atTop: boolean): void
}

/** The rows, newest first; only those in view exist in the page. */
export function LogList(props: LogListProps) {
  const { logs, hasMore, loadingMore, onMore, handle } = props
  const scroller = useRef<HTMLDivElement>(null)
  const idPrefix = useId()
  const virtualizer = useVirtualizer({
    count: logs.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PIXELS,
    getItemKey: (index) => logs[index]?.id ?? index,
    overscan: 20,
    // An opened row above the view changes its height without moving what is read.
    initialRect: { width: 0, height: 800 },
  })
  const items = virtualizer.getVirtualItems()
  const last = items.at(-1)?.index ?? 0

  useEffect(() => {
    if (hasMore && !loadingMore && last >= logs.length - AHEAD_ROWS) onMore()
  }, [hasMore, loadingMore, last, logs.length, onMore])

  useEffect(() => {
    handle.current = {
      scrollToRow: (index) => virtualizer.scrollToIndex(index, { align: 'auto' }),
      scrollToTop: () => scroller.current?.scrollTo({ top: 0 }),
      focus: () => scroller.current?.focus({ preventScroll: true }),
    }
    return () => {
      handle.current = null
    }
  }, [handle, virtualizer])

  const rowId = useCallback((logId: string) => `${idPrefix}${logId}`, [idPrefix])
  const selectedInView = items.some((item) => logs[item.index]?.id === props.selected)

  return (
    <div
      ref={scroller}
      role="treegrid"
      tabIndex={0}
      aria-label="Logs"
      aria-rowcount={hasMore ? -1 : logs.length}
      aria-activedescendant={selectedInView && props.selected !== null ? rowId(props.selected) : undefined}
      data-testid={TEST_IDS.logList}
      className="min-h-0 flex-1 overflow-x-hidden overflow-y-auto [overflow-anchor:none] focus-visible:outline-offset-[-2px]"
      onScroll={(event) => props.onAtTop(event.currentTarget.scrollTop < ROW_PIXELS)}
    >
      <div className="relative w-full" style={{ height: virtualizer.getTotalSize() }}>
        {items.map((item) => {
          const log = logs[item.index]
          if (log === undefined) return null
          const open = log.id === props.open
          return (
            <div
              key={item.key}
              role="rowgroup"
              ref={virtualizer.measureElement}
              data-index={item.index}
              className="absolute top-0 left-0 w-full"
              style={{ transform: `translateY(${item.start}px)` }}
            >
              <LogRow
                log={log}
                index={item.index}
                id={rowId(log.id)}
                timeDetail={props.timeDetail}
                selected={log.id === props.selected}
                open={open}
                fresh={item.index < props.freshBefore}
                highlight={props.highlight}
                onToggle={props.onToggle}
              />
            </div>
          )
        })}
      </div>
      {loadingMore && <p className="px-4 py-2 text-xs text-faint">Loading older logs…</p>}
    </div>
  )
}
