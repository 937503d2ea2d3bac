'use client'

import type { AggregateOutput } from '@heartwood/api'
import { TEST_IDS } from '../../../test-ids.ts'
import { LogText } from '../log-list/log-text.tsx'
import { legendOf } from './prepare-histogram.ts'

/** What the colours of the chart stand for where it is not split by level. */
export function Legend({ answer }: { answer: AggregateOutput | undefined }) {
  const looks = answer === undefined ? [] : legendOf(answer)
  if (looks.length === 0) return null
  return (
    <ul
      aria-label="What the colours stand for"
      data-testid={TEST_IDS.histogramLegend}
      className="flex min-w-0 flex-1 items-center gap-3 overflow-x-auto [scrollbar-width:none]"
    >
      {looks.map(({ value, label, fill }) => (
        <li key={`${fill} ${value}`} className="flex max-w-40 shrink-0 items-center gap-1.5 text-dim">
          <span
            aria-hidden
            className="size-2 shrink-0 rounded-[2px]"
            style={{ background: `var(${fill})` }}
          />
          <span className="truncate">
            <LogText text={label} />
          </span>
        </li>
      ))}
    </ul>
  )
}
