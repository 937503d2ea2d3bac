// biome-ignore-all lint/a11y/useSemanticElements: rows are placed by position, which a <table> cannot be
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid has the focus and names its active row
'use client'

import { memo } from 'react'
import { TEST_IDS } from '../../../test-ids.ts'

/** Where an event is still being asked for: the time the place stands for, and nothing that could be taken for a log. */
export const PlaceholderRow = memo(function PlaceholderRow(props: {
  readonly row: number
  readonly index: number
  readonly start: number
  readonly time: string
  readonly active: boolean
}) {
  return (
    <div
      role="rowgroup"
      data-index={props.index}
      className="log-row-group"
      style={{ transform: `translateY(${props.start}px)` }}
    >
      <div
        role="row"
        aria-rowindex={props.row + 2}
        aria-busy
        data-testid={TEST_IDS.placeholderRow}
        className={`log-row ${props.active ? 'bg-picked' : ''}`}
      >
        <span role="gridcell" className="log-gutter" />
        <span role="gridcell" className="log-cell text-faint tabular-nums">
          {props.time}
        </span>
      </div>
    </div>
  )
})
