'use client'

import { type Diagnostic, parse } from '@heartwood/query-lang'
import { CornerDownLeft, X } from 'lucide-react'
import { type KeyboardEvent, type RefObject, useEffect, useId, useMemo, useRef, useState } from 'react'
import { TEST_IDS } from '../../../test-ids.ts'
import { CompletionList } from './completion-list.tsx'
import { markSpans } from './mark-spans.ts'
import { type Completions, useCompletions } from './use-completions.ts'

/** How long someone must have stopped typing before an error of an unfinished query is said in words. */
const IDLE_MILLIS = 900

export interface QueryBarProps {
  /** The query of the URL. The bar keeps only a draft of the next one. */
  readonly query: string
  readonly fields: readonly string[]
  readonly inputRef: RefObject<HTMLInputElement | null>
  onRun(query: string): void
}

export function QueryBar({ query, fields, inputRef, onRun }: QueryBarProps) {
  const [draft, setDraft] = useState(query)
  const [told, setTold] = useState(false)
  const id = useId()
  // The back button, a chip or a filter changed the query.
  useEffect(() => setDraft(query), [query])

  const diagnostics = useMemo(() => parse(draft).diagnostics, [draft])
  const errors = diagnostics.filter(({ severity }) => severity === 'error')
  useEffect(() => {
    setTold(draft === query)
    const timer = setTimeout(() => setTold(true), IDLE_MILLIS)
    return () => clearTimeout(timer)
  }, [draft, query])

  const completions = useCompletions({ draft, fields, inputRef, onDraft: setDraft })

  function run() {
    completions.close()
    if (errors.length > 0) setTold(true)
    else onRun(draft.trim())
  }

  return (
    <search className="relative min-w-0 flex-1 basis-full md:basis-auto">
      <div
        className={`relative flex h-8 items-center rounded-md border bg-panel focus-within:outline-2 focus-within:outline-offset-1 ${errors.length > 0 && told ? 'border-error focus-within:outline-error' : 'border-line-strong focus-within:outline-accent'}`}
      >
        <MarkedInput
          id={id}
          draft={draft}
          errors={errors}
          inputRef={inputRef}
          completions={completions}
          describedBy={errors.length > 0 && told ? `${id}-error` : undefined}
          onDraft={setDraft}
          onKeyDown={(event) => {
            if (completions.onKeyDown(event)) return
            if (event.key === 'Enter') run()
            else if (event.key === 'Escape') event.currentTarget.blur()
          }}
        />
        {draft !== '' && (
          <button
            type="button"
            aria-label="Clear query"
            className="mr-0.5 inline-flex size-6 items-center justify-center rounded text-faint hover:bg-hover hover:text-text"
            onClick={() => {
              setDraft('')
              onRun('')
              inputRef.current?.focus()
            }}
          >
            <X size={14} aria-hidden />
          </button>
        )}
        <button
          type="button"
          aria-label="Run query"
          title="Run (Enter)"
          className={`mr-1 inline-flex h-6 items-center justify-center rounded px-1.5 ${draft.trim() === query ? 'text-faint hover:bg-hover' : 'bg-accent text-on-accent'}`}
          onClick={run}
        >
          <CornerDownLeft size={14} aria-hidden />
        </button>
      </div>
      {completions.items.length > 0 && <CompletionList id={`${id}-list`} completions={completions} />}
      {errors.length > 0 && told && (
        <QueryErrors
          id={`${id}-error`}
          text={draft}
          errors={errors}
          floating={completions.items.length === 0}
        />
      )}
    </search>
  )
}

interface MarkedInputProps {
  readonly id: string
  readonly draft: string
  readonly errors: readonly Diagnostic[]
  readonly inputRef: RefObject<HTMLInputElement | null>
  readonly completions: Completions
  readonly describedBy: string | undefined
  onDraft(text: string): void
  onKeyDown(event: KeyboardEvent<HTMLInputElement>): void
}

/** The input with a layer of the same text behind it that carries the underlines and scrolls along. */
function MarkedInput(props: MarkedInputProps) {
  const layer = useRef<HTMLDivElement>(null)
  const { completions } = props
  const active = completions.items.length > 0
  return (
    <div className="relative h-full min-w-0 flex-1">
      <div
        ref={layer}
        aria-hidden
        className="pointer-events-none absolute inset-0 overflow-hidden px-2.5 font-mono text-[13px] leading-[30px] whitespace-pre text-transparent"
      >
        {markSpans(props.draft, props.errors).map((piece) => (
          <span
            key={piece.start}
            className={piece.wrong ? 'wavy' : undefined}
            data-testid={piece.wrong ? TEST_IDS.queryErrorSpan : undefined}
          >
            {piece.text}
          </span>
        ))}
      </div>
      <input
        ref={props.inputRef}
        id={props.id}
        value={props.draft}
        placeholder="Search logs:  level:error service:checkout &quot;payment failed&quot;"
        aria-label="Query"
        aria-invalid={props.describedBy !== undefined}
        aria-describedby={props.describedBy}
        role="combobox"
        aria-expanded={active}
        aria-controls={`${props.id}-list`}
        aria-autocomplete="list"
        aria-activedescendant={active ? `${props.id}-list-${completions.active}` : undefined}
        autoComplete="off"
        autoCapitalize="off"
        autoCorrect="off"
        spellCheck={false}
        maxLength={20_000}
        data-testid={TEST_IDS.queryInput}
        className="relative size-full bg-transparent px-2.5 font-mono text-[13px] text-ellipsis placeholder:text-faint focus:outline-none"
        onChange={(event) => props.onDraft(event.target.value)}
        onKeyDown={props.onKeyDown}
        onBlur={completions.close}
        onScroll={(event) => layer.current?.scrollTo({ left: event.currentTarget.scrollLeft })}
      />
    </div>
  )
}

function QueryErrors(props: { id: string; text: string; errors: readonly Diagnostic[]; floating: boolean }) {
  return (
    <div
      id={props.id}
      role="alert"
      data-testid={TEST_IDS.queryError}
      className={`absolute inset-x-0 top-full z-20 mt-1 rounded-md border border-error bg-raised px-2.5 py-1.5 shadow-pop ${props.floating ? '' : 'invisible'}`}
    >
      <ul>
        {props.errors.map(({ message, span }) => (
          <li key={`${span.start} ${message}`} className="text-error">
            {props.text.slice(span.start, span.end) !== '' && (
              <code className="mr-1.5 rounded bg-error-soft px-1 text-xs">
                {props.text.slice(span.start, span.end)}
              </code>
            )}
            {message}
          </li>
        ))}
      </ul>
    </div>
  )
}
