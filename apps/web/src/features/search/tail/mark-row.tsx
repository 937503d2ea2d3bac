// biome-ignore-all lint/a11y/useSemanticElements: rows are placed by position, which a <table> cannot be
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid has the focus and names its active row
'use client'

import { TEST_IDS } from '../../../test-ids.ts'
import type { TailMark } from './tail-item.ts'
import { markText } from './tail-words.ts'

/** Where lines may be missing between two rows of a tail, with a way to look for them. */
export function MarkRow(props: {
  readonly mark: TailMark
  readonly row: number
  readonly index: number
  readonly start: number
  readonly id: string
  readonly active: boolean
  readonly measure: ((element: HTMLElement | null) => void) | undefined
  onSearch(mark: TailMark): void
}) {
  const { mark, active } = props
  return (
    <div
      role="rowgroup"
      ref={props.measure}
      data-index={props.index}
      className="log-row-group"
      style={{ transform: `translateY(${props.start}px)` }}
    >
      <div
        role="row"
        id={props.id}
        aria-rowindex={props.row + 2}
        data-testid={TEST_IDS.tailMark}
        data-active={active || undefined}
        className={`log-mark ${active ? 'bg-picked' : ''}`}
      >
        <span role="gridcell" className="min-w-0 truncate" title={markText(mark)}>
          {markText(mark)}
        </span>
        <span role="gridcell">
          <button
            type="button"
            tabIndex={-1}
            className="font-semibold whitespace-nowrap text-accent underline-offset-2 hover:underline"
            onClick={() => props.onSearch(mark)}
          >
            Search this time
          </button>
        </span>
      </div>
    </div>
  )
}
