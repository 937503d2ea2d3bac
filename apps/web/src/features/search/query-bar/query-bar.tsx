'use client'

import { parse, type Span } from '@heartwood/query-lang'
import { CornerDownLeft, X } from 'lucide-react'
import { type RefObject, useEffect, useId, useImperativeHandle, useMemo, useRef, useState } from 'react'
import { useTimeZone } from '../../time-zone/use-time-zone.tsx'
import type { TimeRange } from '../time-range/time-range.ts'
import { FindingPanel } from './finding-panel.tsx'
import { findingsOf, type Remedy, remedyAt } from './findings.ts'
import { HistoryMenu } from './history-menu.tsx'
import { PlainInput } from './plain-input.tsx'
import type { QueryBarHandle } from './query-editor.tsx'
import { useEditor } from './use-editor.ts'
import { useQueryHistory } from './use-query-history.ts'
import { useValueCounts } from './use-value-counts.ts'

/** How long someone must have stopped typing before an error of an unfinished query is said in words. */
const IDLE_MILLIS = 900

const NOTHING: readonly Span[] = []

export interface QueryBarProps {
  /** The query of the URL. The bar keeps only a draft of the next one. */
  readonly query: string
  readonly range: TimeRange
  readonly fields: readonly string[]
  readonly handle: RefObject<QueryBarHandle | null>
  onRun(query: string): void
  /** A time stamp was written instead of a query, epoch milliseconds. */
  onJump(millis: number): void
}

export function QueryBar({ query, range, fields, handle, onRun, onJump }: QueryBarProps) {
  const [draft, setDraft] = useState(query)
  const [told, setTold] = useState(false)
  const [focused, setFocused] = useState(false)
  const [suggesting, setSuggesting] = useState(false)
  const { zone } = useTimeZone()
  const id = useId()
  const input = useRef<HTMLInputElement>(null)
  const editor = useRef<QueryBarHandle>(null)
  const { Editor, taken } = useEditor(input)
  const history = useQueryHistory()
  // The back button, a chip or a filter changed the query.
  useEffect(() => setDraft(query), [query])
  useImperativeHandle(handle, () => ({
    select: () => (editor.current === null ? input.current?.select() : editor.current.select()),
  }))

  const parsed = useMemo(() => parse(draft), [draft])
  const findings = useMemo(
    () => findingsOf(draft, parsed, { fields, now: Date.now(), zone }),
    [draft, parsed, fields, zone],
  )
  useEffect(() => {
    setTold(draft === query)
    const timer = setTimeout(() => setTold(true), IDLE_MILLIS)
    return () => clearTimeout(timer)
  }, [draft, query])

  // Help is for who writes; an error keeps the page from answering, so it is told to who reads, too.
  const shown = findings.filter(({ kind }) => (kind === 'error' ? told : focused && told))
  const isWrong = shown.some(({ kind }) => kind === 'error')
  const panelId = shown.length > 0 ? `${id}-findings` : undefined

  const values = useValueCounts(range.from, range.to)
  const suggestions = useMemo(
    () => ({ fields, history: history.queries, values }),
    [fields, history.queries, values],
  )
  const wrong = useMemo(
    () => parsed.diagnostics.filter(({ severity }) => severity === 'error').map(({ span }) => span),
    [parsed],
  )

  function run(text = draft) {
    if (!parse(text).valid) return setTold(true)
    history.add(text)
    onRun(text.trim())
  }
  function takeRemedy({ does }: Remedy) {
    if (does.kind === 'write') return setDraft(does.text)
    setDraft(query)
    onJump(does.to)
  }

  return (
    <search
      className="relative min-w-0 flex-1 basis-full md:min-w-56 md:basis-0"
      onFocus={() => setFocused(true)}
      onBlur={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget)) setFocused(false)
      }}
    >
      <div
        className={`relative flex min-h-8 items-start rounded-md border bg-panel focus-within:outline-2 focus-within:outline-offset-1 ${isWrong ? 'border-error focus-within:outline-error' : 'border-line-strong focus-within:outline-accent'}`}
      >
        {Editor === undefined ? (
          <PlainInput
            draft={draft}
            input={input}
            describedBy={isWrong ? panelId : undefined}
            onDraft={setDraft}
            onRun={run}
          />
        ) : (
          <Editor
            draft={draft}
            wrong={told ? wrong : NOTHING}
            describedBy={isWrong ? panelId : undefined}
            taken={taken}
            suggestions={suggestions}
            handle={editor}
            onDraft={setDraft}
            onRun={run}
            onRemedy={(cursor) => {
              const remedy = remedyAt(findings, cursor)
              if (remedy !== undefined) takeRemedy(remedy)
              return remedy !== undefined
            }}
            onSuggesting={setSuggesting}
          />
        )}
        <div className="flex h-[30px] shrink-0 items-center">
          {draft !== '' && (
            <button
              type="button"
              aria-label="Clear query"
              className="mr-0.5 inline-flex size-6 items-center justify-center rounded text-faint hover:bg-hover hover:text-text"
              onClick={() => {
                setDraft('')
                onRun('')
                handle.current?.select()
              }}
            >
              <X size={14} aria-hidden />
            </button>
          )}
          <HistoryMenu
            history={history}
            onPick={(picked) => {
              setDraft(picked)
              run(picked)
            }}
          />
          <button
            type="button"
            aria-label="Run query"
            title="Run (Enter)"
            className={`mr-1 ml-0.5 inline-flex h-6 items-center justify-center rounded px-1.5 ${draft.trim() === query ? 'text-faint hover:bg-hover' : 'bg-accent text-on-accent'}`}
            onClick={() => run()}
          >
            <CornerDownLeft size={14} aria-hidden />
          </button>
        </div>
      </div>
      {panelId !== undefined && (
        <FindingPanel
          id={panelId}
          draft={draft}
          findings={shown}
          covered={suggesting}
          onRemedy={takeRemedy}
        />
      )}
    </search>
  )
}
