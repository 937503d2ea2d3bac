'use client'

import { Minus } from 'lucide-react'
import type { ReactNode } from 'react'
import { TEST_IDS } from '../../../test-ids.ts'
import { IconButton } from '../../../ui/button.tsx'
import { LogText } from '../log-list/log-text.tsx'
import type { FieldChoice } from './field-choice.ts'

/** One value of a field: its share as a bar, and the filters it makes. A click includes it, or takes that back. */
export function ValueRow(props: {
  readonly field: string
  readonly value: string
  readonly choice: FieldChoice
  /** 0 to 1. */
  readonly share: number
  readonly figures: ReactNode
  /** Where there is more to say than the figures. */
  readonly below?: ReactNode
  /** No query can name the value. */
  readonly fixed?: boolean
  readonly barClass?: string
  readonly testId?: string
  onToggle(side: 'included' | 'excluded'): void
  onOnly(): void
}) {
  const { field, value, choice, share } = props
  const included = choice.included.includes(value)
  const excluded = choice.excluded.includes(value)
  const shown = value === '' ? '(empty)' : value
  return (
    <li
      data-testid={props.testId ?? TEST_IDS.facetValue}
      data-value={value}
      className="group/value relative flex items-start rounded hover:bg-hover"
    >
      <button
        type="button"
        aria-pressed={included}
        disabled={props.fixed === true}
        onClick={() => props.onToggle('included')}
        className="relative min-w-0 flex-1 overflow-hidden rounded px-1.5 py-[3px] text-left aria-pressed:bg-accent-soft"
      >
        <span className="flex items-baseline gap-2">
          <span
            className={`min-w-0 flex-1 truncate font-mono text-[12px] ${excluded ? 'line-through' : ''} ${included ? 'font-semibold text-accent' : ''}`}
            title={shown}
          >
            <LogText text={shown} />
          </span>
          <span className="shrink-0 text-[11px] text-faint tabular-nums">{props.figures}</span>
        </span>
        {props.below}
        <span aria-hidden className="mt-0.5 block h-[3px] rounded-full bg-sunken">
          <span
            className={`block h-full rounded-full ${props.barClass ?? 'bg-line-strong'}`}
            style={{ width: `${Math.max(share * 100, share > 0 ? 1 : 0)}%` }}
          />
        </span>
      </button>
      {props.fixed !== true && (
        <span
          className={`absolute top-0 right-0 flex items-center rounded bg-hover ${excluded ? '' : 'opacity-0 group-focus-within/value:opacity-100 group-hover/value:opacity-100 pointer-coarse:opacity-100'}`}
        >
          {choice.included.some((each) => each !== value) && (
            <button
              type="button"
              aria-label={`Only ${field} ${shown}`}
              className="px-1 text-[11px] text-accent hover:underline"
              onClick={props.onOnly}
            >
              only
            </button>
          )}
          <IconButton
            small
            label={excluded ? `${field} ${shown} is left out: take it in again` : `Without ${field} ${shown}`}
            testId={TEST_IDS.exclude}
            aria-pressed={excluded}
            onClick={() => props.onToggle('excluded')}
          >
            <Minus size={13} aria-hidden />
          </IconButton>
        </span>
      )}
    </li>
  )
}
