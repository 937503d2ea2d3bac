// biome-ignore-all lint/a11y/useSemanticElements: rows are placed by position, which a <table> cannot be
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid has the focus and names its active row
'use client'

import { useVirtualizer } from '@tanstack/react-virtual'
import { type RefObject, useEffect, useId, useRef } from 'react'
import { TEST_IDS } from '../../test-ids.ts'
import { Button } from '../../ui/button.tsx'
import { durationText } from '../search/details/fields/readable-value.ts'
import type { TraceItem } from './prepare-gaps.ts'
import { TraceLine } from './trace-line.tsx'
import { MORE_LINES } from './use-lines.ts'
import type { Trace } from './use-trace.ts'

const ROW_PIXELS = 24

export interface TraceLinesHandle {
  /** To a line by its id; one that is not there changes nothing. */
  scrollTo(id: string): void
  scrollToTop(): void
  focus(): void
}

/** The lines, oldest first, with the gaps between them; only those in view exist in the page. */
export function TraceLines(props: {
  readonly items: readonly TraceItem[]
  readonly trace: Trace
  /** Lines that are there to be shown. */
  readonly loaded: number
  readonly handle: RefObject<TraceLinesHandle | null>
  onOpen(id: string): void
}) {
  const { items, trace, handle } = props
  const { open } = trace.chosen
  const scroller = useRef<HTMLDivElement>(null)
  const idPrefix = useId()
  const virtualizer = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PIXELS,
    getItemKey: (index) => keyOf(items[index], index),
    overscan: 20,
    initialRect: { width: 0, height: 800 },
  })
  const indexOf = (id: string | null) => items.findIndex((item) => item.kind === 'line' && item.log.id === id)

  const latest = useRef({ virtualizer, indexOf })
  latest.current = { virtualizer, indexOf }
  useEffect(() => {
    handle.current = {
      scrollTo(id) {
        const index = latest.current.indexOf(id)
        if (index >= 0) latest.current.virtualizer.scrollToIndex(index, { align: 'auto' })
      },
      scrollToTop: () => scroller.current?.scrollTo({ top: 0 }),
      focus: () => scroller.current?.focus({ preventScroll: true }),
    }
    return () => {
      handle.current = null
    }
  }, [handle])

  // A link names a line: it is scrolled to once, when it is there.
  const linked = useRef(open)
  useEffect(() => {
    const index = linked.current === null ? -1 : indexOf(linked.current)
    if (index < 0) return
    linked.current = null
    virtualizer.scrollToIndex(index, { align: 'center' })
  })

  const inView = virtualizer.getVirtualItems()
  const activeInView = inView.some(({ index }) => keyOf(items[index], index) === open)
  return (
    <div
      ref={scroller}
      role="grid"
      tabIndex={0}
      aria-label="Lines"
      aria-rowcount={trace.shown.whole ? items.length : -1}
      aria-activedescendant={activeInView && open !== null ? `${idPrefix}${open}` : undefined}
      data-testid={TEST_IDS.traceLines}
      className={`min-h-0 min-w-0 flex-1 overflow-x-hidden overflow-y-auto bg-list transition-opacity focus-visible:outline-offset-[-2px] ${trace.shown.outdated ? 'opacity-60' : ''}`}
    >
      <div className="relative w-full" style={{ height: virtualizer.getTotalSize() }}>
        {inView.map((place) => {
          const item = items[place.index]
          if (item === undefined) return null
          return (
            <div
              key={place.key}
              role="row"
              ref={virtualizer.measureElement}
              data-index={place.index}
              id={item.kind === 'line' ? `${idPrefix}${item.log.id}` : undefined}
              aria-rowindex={place.index + 1}
              aria-selected={item.kind === 'line' && item.log.id === open}
              className="absolute top-0 left-0 w-full"
              style={{ transform: `translateY(${place.start}px)` }}
            >
              {item.kind === 'line' ? (
                <TraceLine
                  log={item.log}
                  offset={item.offset}
                  open={item.log.id === open}
                  onOpen={props.onOpen}
                />
              ) : (
                <Gap nanos={item.nanos} narrowed={trace.narrowed} />
              )}
            </div>
          )
        })}
      </div>
      <End trace={trace} loaded={props.loaded} />
    </div>
  )
}

function Gap({ nanos, narrowed }: { nanos: number; narrowed: boolean }) {
  return (
    <div
      role="gridcell"
      data-testid={TEST_IDS.traceGap}
      className="gap-hatch flex h-6 items-center pl-3 text-xs text-dim"
    >
      <span className="rounded bg-list px-1.5">
        {durationText(nanos)} without {narrowed ? 'one of these' : 'a log'}
      </span>
    </div>
  )
}

/** What comes behind the last line: more of them, or that none is shown. */
function End({ trace, loaded }: { trace: Trace; loaded: number }) {
  const { shown, narrowed } = trace
  if (!shown.whole && loaded > 0) {
    return (
      <p data-testid={TEST_IDS.traceMore} className="flex flex-wrap items-center gap-3 px-4 py-3 text-dim">
        {loaded.toLocaleString('en')} of {shown.total.toLocaleString('en')} lines are shown.
        <Button disabled={shown.fetchingMore} onClick={shown.more}>
          {shown.fetchingMore
            ? 'Loading…'
            : `Show ${Math.min(MORE_LINES, shown.total - loaded).toLocaleString('en')} more`}
        </Button>
      </p>
    )
  }
  if (loaded > 0 || shown.fetching || !narrowed) return null
  return (
    <p className="flex flex-wrap items-center gap-3 px-4 py-6 text-dim">
      No line is of what is chosen. <Button onClick={trace.showAll}>Show all lines</Button>
    </p>
  )
}

function keyOf(item: TraceItem | undefined, index: number): string {
  if (item === undefined) return String(index)
  return item.kind === 'line' ? item.log.id : item.key
}
