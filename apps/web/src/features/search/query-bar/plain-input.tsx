'use client'

import type { KeyboardEvent, RefObject } from 'react'
import { TEST_IDS } from '../../../test-ids.ts'
import { MAX_QUERY, PLACEHOLDER } from './query-text.ts'

export interface PlainInputProps {
  readonly draft: string
  readonly describedBy: string | undefined
  readonly input: RefObject<HTMLInputElement | null>
  onDraft(text: string): void
  onRun(): void
}

/** The query bar of the first moment, until the editor is there to take its text and its cursor. */
export function PlainInput(props: PlainInputProps) {
  function onKeyDown(event: KeyboardEvent<HTMLInputElement>) {
    if (event.key === 'Enter' && !event.nativeEvent.isComposing) props.onRun()
    else if (event.key === 'Escape') event.currentTarget.blur()
  }
  return (
    <input
      ref={props.input}
      value={props.draft}
      placeholder={PLACEHOLDER}
      aria-label="Query"
      aria-invalid={props.describedBy !== undefined}
      aria-describedby={props.describedBy}
      autoComplete="off"
      autoCapitalize="off"
      autoCorrect="off"
      spellCheck={false}
      maxLength={MAX_QUERY}
      data-testid={TEST_IDS.queryInput}
      className="h-[30px] min-w-0 flex-1 bg-transparent px-2.5 font-mono text-[13px] text-ellipsis placeholder:text-faint focus:outline-none"
      onChange={(event) => props.onDraft(event.target.value)}
      onCompositionStart={(event) => {
        event.currentTarget.dataset.composing = 'true'
      }}
      onCompositionEnd={(event) => {
        event.currentTarget.dataset.composing = 'false'
      }}
      onKeyDown={onKeyDown}
    />
  )
}
