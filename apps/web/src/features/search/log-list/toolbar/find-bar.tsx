'use client'

import { ChevronDown, ChevronUp, X } from 'lucide-react'
import { type RefObject, useEffect } from 'react'
import { TEST_IDS } from '../../../../test-ids.ts'
import { ToolButton } from './tool-button.tsx'

/** Finds within the rows that are held; Enter goes to the next, Shift-Enter to the one before. */
export function FindBar(props: {
  readonly text: string
  /** Rows with a match, and which of them one is at, from 1; 0 for none. */
  readonly matches: number
  readonly at: number
  /** Rows that were looked through, and whether there are more. */
  readonly held: number
  readonly isAll: boolean
  readonly input: RefObject<HTMLInputElement | null>
  onText(text: string): void
  onStep(step: 1 | -1): void
  onClose(): void
}) {
  const { input } = props
  useEffect(() => input.current?.select(), [input])
  const scope = props.isAll ? '' : ` in the ${props.held.toLocaleString('en')} rows that are loaded`
  return (
    <search
      aria-label="Find in the rows"
      data-testid={TEST_IDS.findBar}
      className="flex min-w-0 items-center gap-0.5"
    >
      <input
        ref={input}
        value={props.text}
        onChange={(event) => props.onText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') props.onStep(event.shiftKey ? -1 : 1)
          else if (event.key === 'Escape') props.onClose()
          else return
          event.preventDefault()
          event.stopPropagation()
        }}
        placeholder="Find in the rows"
        aria-label="Find in the rows"
        className="h-6 w-44 min-w-0 rounded border border-line-strong bg-panel px-2 text-xs outline-none placeholder:text-faint focus:border-accent"
      />
      <span role="status" className="px-1 text-xs whitespace-nowrap text-dim tabular-nums">
        {props.text !== '' && (
          <>
            {props.matches === 0
              ? 'nothing'
              : `${props.at === 0 ? '' : `${props.at.toLocaleString('en')} of `}${props.matches.toLocaleString('en')}`}
            <span className="text-faint max-lg:hidden">{scope}</span>
          </>
        )}
      </span>
      <ToolButton
        label="Previous match (Shift-Enter)"
        onClick={() => props.onStep(-1)}
        disabled={props.matches === 0}
      >
        <ChevronUp size={13} aria-hidden />
      </ToolButton>
      <ToolButton label="Next match (Enter)" onClick={() => props.onStep(1)} disabled={props.matches === 0}>
        <ChevronDown size={13} aria-hidden />
      </ToolButton>
      <ToolButton label="Close (Esc)" onClick={props.onClose}>
        <X size={13} aria-hidden />
      </ToolButton>
    </search>
  )
}
