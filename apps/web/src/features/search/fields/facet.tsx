'use client'

import { ChevronRight, Columns3, Pin, PinOff } from 'lucide-react'
import { type ReactNode, useId } from 'react'
import { TEST_IDS } from '../../../test-ids.ts'
import { IconButton } from '../../../ui/button.tsx'
import { LogText } from '../log-list/log-text.tsx'
import type { FieldChoice } from './field-choice.ts'
import type { PanelField } from './prepare-fields.ts'

/** One field of the panel, which opens to its values. */
export function Facet(props: {
  readonly field: PanelField
  readonly open: boolean
  readonly choice: FieldChoice
  readonly isColumn: boolean
  onOpen(open: boolean): void
  onPin(): void
  /** Puts the field into the list as a column, or takes it away. */
  onColumn(): void
  onAny(): void
  readonly children: ReactNode
}) {
  const { field, open, choice, isColumn } = props
  const { name, types, pinned } = field
  const body = useId()
  const chosen = choice.included.length + choice.excluded.length
  return (
    <section
      aria-label={name}
      data-testid={TEST_IDS.facet}
      data-field={name}
      className="border-b border-line/60"
    >
      <div className="group/facet flex items-center">
        <button
          type="button"
          aria-expanded={open}
          aria-controls={body}
          onClick={() => props.onOpen(!open)}
          className="flex h-7 min-w-0 flex-1 items-center gap-1 rounded text-left hover:bg-hover"
        >
          <ChevronRight
            size={13}
            aria-hidden
            className={`shrink-0 text-faint transition-transform ${open ? 'rotate-90' : ''}`}
          />
          <span className="min-w-0 truncate" title={name}>
            <LogText text={name} />
          </span>
          <span className="ml-auto shrink-0 pr-1 pl-2 text-[10.5px] text-faint">{types.join(', ')}</span>
        </button>
        {chosen > 0 && (
          <button
            type="button"
            aria-label={`Any ${name}`}
            className="mr-0.5 shrink-0 rounded bg-accent-soft px-1.5 text-[11px] text-accent hover:underline"
            onClick={props.onAny}
          >
            any
          </button>
        )}
        <span className={`${ON_HOVER} ${isColumn ? '[&>button]:text-accent' : ''}`}>
          <IconButton
            small
            label={isColumn ? `Remove the column ${name}` : `Add ${name} as a column`}
            testId={TEST_IDS.facetColumn}
            onClick={props.onColumn}
          >
            <Columns3 size={12} aria-hidden />
          </IconButton>
        </span>
        <span className={pinned ? '' : ON_HOVER}>
          <IconButton small label={pinned ? `Unpin ${name}` : `Pin ${name} to the top`} onClick={props.onPin}>
            {pinned ? <PinOff size={12} aria-hidden /> : <Pin size={12} aria-hidden />}
          </IconButton>
        </span>
      </div>
      <div id={body} hidden={!open} className="pb-2 pl-3">
        {open && props.children}
      </div>
    </section>
  )
}

const ON_HOVER =
  'opacity-0 group-focus-within/facet:opacity-100 group-hover/facet:opacity-100 pointer-coarse:opacity-100'
