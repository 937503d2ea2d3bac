'use client'

import {
  observeElementOffset,
  useVirtualizer,
  type VirtualItem,
  type Virtualizer,
} from '@tanstack/react-virtual'
import { type RefObject, useCallback, useLayoutEffect, useReducer, useRef } from 'react'
import { flushSync } from 'react-dom'
import {
  correctionOf,
  heightAround,
  offsetOfRow,
  type ScrollScale,
  type ScrollWindow,
  windowAround,
  windowFor,
} from './scroll-window.ts'

export interface RowWindowOptions {
  readonly scroller: RefObject<HTMLDivElement | null>
  readonly scale: ScrollScale
  /** Rows that are drawn beyond each end of the view. */
  readonly overscan: number
  /** Height of what sticks to the top of the list, pixels. */
  readonly headPixels: number
  /** The rows are those of another question when it changes: they begin at their top. */
  readonly question: unknown
  /** Which event stands at a row: its height and its place go with it. */
  keyOf(row: number): string | number
  /** Where the event of a key stands now. */
  rowOf(key: string): number | undefined
  /** After each scroll, with the row on top: of a thrown or dragged view, or of one that was moved a little. */
  onScroll(top: { readonly row: number; readonly offset: number; readonly thrown: boolean }): void
}

export interface RowWindow {
  readonly items: readonly VirtualItem[]
  /** The row of an item. */
  rowOf(item: VirtualItem): number
  /** Pixels from the top of the list. */
  startOf(item: VirtualItem): number
  /** Height of the whole list. */
  readonly pixels: number
  readonly measure: (element: HTMLElement | null) => void
  /** The row on top of the view. */
  topRow(): number
  /** Rows that fit into the view. */
  pageRows(): number
  scrollToRow(row: number, align?: 'auto' | 'start' | 'center'): void
  /** Forgets heights, after a change that all rows have part in. */
  forgetHeights(): void
}

const NO_SIZES: ReadonlyMap<string | number | bigint, number> = new Map()

type Observed = Parameters<typeof observeElementOffset<HTMLDivElement>>[0]
type OnOffset = (
  instance: Observed,
  offset: number,
  moving: boolean,
  report: (offset: number, moving: boolean) => void,
) => void

/** Lays out a window of the rows and carries it along; rows keep their place on the screen whatever comes in above them. */
export function useRowWindow(options: RowWindowOptions): RowWindow {
  const { scroller, scale, headPixels } = options
  const [, rerender] = useReducer((turn: number) => turn + 1, 0)
  const latest = useRef(options)
  latest.current = options
  const window = useRef<ScrollWindow>(windowAround(0, 0, scale))
  /** What the view still has to be scrolled by, so that nothing moves on the screen. */
  const owed = useRef(0)
  const seen = useRef(0)
  const anchor = useRef<{ key: string; row: number }>(undefined)
  const question = useRef(options.question)
  const instance = useRef<Virtualizer<HTMLDivElement, HTMLElement>>(undefined)

  const pixelsOf = (row: number) => {
    const { base } = window.current
    const sizes = instance.current?.itemSizeCache ?? NO_SIZES
    const [first, last] = [Math.min(base, row), Math.max(base, row)]
    let pixels = (last - first) * latest.current.scale.rowPixels
    if (sizes.size > 0)
      for (let at = first; at < last; at += 1)
        pixels +=
          (sizes.get(latest.current.keyOf(at)) ?? latest.current.scale.rowPixels) -
          latest.current.scale.rowPixels
    return row < base ? -pixels : pixels
  }

  function place(next: ScrollWindow) {
    const correction = correctionOf(next, latest.current.scale)
    window.current = correction === 0 ? next : { ...next, top: next.top + correction }
    owed.current += correction
    // The rows of this very turn already stand where the view will be.
    if (instance.current !== undefined && instance.current.scrollOffset !== null)
      instance.current.scrollOffset += correction
  }

  // Another question begins at its top; of the same one, the row on top stays where it is.
  const isAnother = question.current !== options.question
  if (isAnother) {
    question.current = options.question
    anchor.current = undefined
    window.current = windowAround(0, 0, scale)
    owed.current = 0
  } else {
    const { base, count, top } = window.current
    const held = anchor.current
    const row = held === undefined ? undefined : options.rowOf(held.key)
    const moved = held === undefined || row === undefined ? 0 : row - held.row
    const wanted = windowAround(0, 0, scale).count
    const moves = Math.max(0, Math.min(scale.rows - wanted, base + moved))
    if (moved !== 0 || count !== wanted || moves !== base) {
      if (held !== undefined && row !== undefined) anchor.current = { key: held.key, row }
      place({ base: moves, count: wanted, top: top + (moves - base - moved) * scale.rowPixels })
    }
  }

  const { base, top } = window.current
  const { keyOf } = options
  const onOffset = useRef<OnOffset>(() => undefined)
  const observe = useCallback(
    (observed: Observed, report: (offset: number, moving: boolean) => void) =>
      observeElementOffset(observed, (offset, moving) => onOffset.current(observed, offset, moving, report)),
    [],
  )
  const virtualizer = useVirtualizer<HTMLDivElement, HTMLElement>({
    count: window.current.count,
    getScrollElement: () => scroller.current,
    estimateSize: () => scale.rowPixels,
    getItemKey: useCallback((index: number) => keyOf(base + index), [keyOf, base]),
    overscan: options.overscan,
    scrollMargin: headPixels + top,
    scrollPaddingStart: headPixels,
    initialRect: { width: 0, height: 800 },
    observeElementOffset: observe,
  })
  instance.current = virtualizer
  onOffset.current = (observed, offset, moving, report) => {
    const view = { offset, pixels: observed.scrollRect?.height ?? 0, moved: offset - seen.current }
    seen.current = offset
    const next = windowFor(window.current, view, scale, pixelsOf)
    const isCarried = next !== window.current
    if (isCarried) {
      anchor.current = undefined
      place(next)
    }
    report(offset + owed.current, moving)
    if (isCarried) flushSync(rerender)
    if (moving)
      options.onScroll({
        row: rowAtOffset(offset + headPixels),
        offset,
        thrown: Math.abs(view.moved) > view.pixels,
      })
  }
  // A row that grows above the view pushes nothing that is read.
  virtualizer.shouldAdjustScrollPositionOnItemSizeChange = (item, _delta, { scrollOffset }) =>
    item.end <= (scrollOffset ?? 0) + headPixels

  function rowAtOffset(offset: number): number {
    const item = virtualizer.getVirtualItemForOffset(offset)
    return window.current.base + (item?.index ?? 0)
  }

  const items = virtualizer.getVirtualItems()
  useLayoutEffect(() => {
    const element = scroller.current
    if (element !== null && isAnother) element.scrollTop = 0
    else if (element !== null && owed.current !== 0) {
      element.scrollTop += owed.current
      seen.current = element.scrollTop
    }
    owed.current = 0
    const offset = virtualizer.scrollOffset ?? 0
    if (offset < scale.rowPixels) anchor.current = undefined
    else {
      const row = rowAtOffset(offset + headPixels)
      const key = options.keyOf(row)
      anchor.current = typeof key === 'string' ? { key, row } : undefined
    }
  })

  return {
    items,
    rowOf: (item) => base + item.index,
    startOf: (item) => item.start - headPixels,
    pixels: heightAround(window.current, virtualizer.getTotalSize(), scale),
    measure: virtualizer.measureElement,
    topRow: () => rowAtOffset((virtualizer.scrollOffset ?? 0) + headPixels),
    pageRows: () =>
      Math.max(1, Math.floor(((virtualizer.scrollRect?.height ?? 0) - headPixels) / scale.rowPixels) - 1),
    scrollToRow(row, align = 'auto') {
      const element = scroller.current
      const { base, count } = window.current
      if (element === null) return
      if (row >= base && row < base + count) {
        // Not the virtualiser's own way, which goes on for some frames and would not know a window that was carried on.
        const [to] = virtualizer.getOffsetForIndex(row - base, align) ?? []
        if (to === undefined || to === virtualizer.scrollOffset) return
        seen.current = to
        element.scrollTop = to
        return
      }
      const pixels = virtualizer.scrollRect?.height ?? 0
      const offset = Math.max(0, offsetOfRow(row, scale) - (align === 'start' ? 0 : Math.floor(pixels / 2)))
      window.current = windowAround(row, offset + (align === 'start' ? 0 : Math.floor(pixels / 2)), scale)
      place(window.current)
      anchor.current = undefined
      seen.current = offset
      virtualizer.scrollOffset = offset
      rerender()
      element.scrollTop = offset
    },
    forgetHeights() {
      virtualizer.measure()
      for (const element of virtualizer.elementsCache.values()) virtualizer.measureElement(element)
    },
  }
}
