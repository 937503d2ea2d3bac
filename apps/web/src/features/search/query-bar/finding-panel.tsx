'use client'

import { Lightbulb } from 'lucide-react'
import { TEST_IDS } from '../../../test-ids.ts'
import { Key } from '../../../ui/button.tsx'
import type { Finding, Remedy } from './findings.ts'

export interface FindingPanelProps {
  readonly id: string
  readonly draft: string
  readonly findings: readonly Finding[]
  /** Suggestions lie over it just now. */
  readonly covered: boolean
  onRemedy(remedy: Remedy): void
}

/** Below the query bar: what is wrong or doubtful, each with what a click does about it. */
export function FindingPanel(props: FindingPanelProps) {
  const { findings } = props
  const isWrong = findings.some(({ kind }) => kind === 'error')
  return (
    <div
      id={props.id}
      role={isWrong ? 'alert' : 'status'}
      data-testid={isWrong ? TEST_IDS.queryError : TEST_IDS.queryHint}
      className={`absolute inset-x-0 top-full z-20 mt-1 max-h-[60vh] overflow-y-auto rounded-md border bg-raised px-2.5 py-1.5 shadow-pop ${isWrong ? 'border-error' : 'border-line-strong'} ${props.covered ? 'invisible' : ''}`}
    >
      <ul className="flex flex-col gap-1.5">
        {findings.map((finding) => (
          <FindingLine
            key={`${finding.kind} ${finding.span?.start} ${finding.message}`}
            finding={finding}
            draft={props.draft}
            onRemedy={props.onRemedy}
          />
        ))}
      </ul>
      {findings.some(({ remedies }) => remedies.length > 0) && (
        <p className="mt-1.5 flex items-center gap-1 text-xs text-faint max-sm:hidden">
          <Key>Alt</Key> <Key>Enter</Key> takes the first
        </p>
      )}
    </div>
  )
}

function FindingLine(props: { finding: Finding; draft: string; onRemedy(remedy: Remedy): void }) {
  const { kind, message, span, lost, remedies } = props.finding
  const marked = span === undefined ? '' : props.draft.slice(span.start, span.end)
  return (
    <li>
      <div className="flex flex-wrap items-baseline gap-x-2 gap-y-1">
        {marked.trim() !== '' && marked.length <= 80 && (
          <code className={`rounded px-1 text-xs ${kind === 'error' ? 'bg-error-soft' : 'bg-sunken'}`}>
            {marked}
          </code>
        )}
        <span className={kind === 'error' ? 'text-error' : 'text-dim'}>
          <WithCode text={message} />
        </span>
        {remedies.map((remedy) => (
          <button
            key={remedy.title}
            type="button"
            data-testid={TEST_IDS.queryFix}
            className="inline-flex max-w-full items-baseline gap-1 rounded border border-line-strong bg-panel px-1.5 py-px text-left text-xs font-medium text-accent hover:bg-hover"
            // Before the editor loses the focus, and with it this panel.
            onPointerDown={(event) => event.preventDefault()}
            onClick={() => props.onRemedy(remedy)}
          >
            <Lightbulb size={12} aria-hidden className="shrink-0 self-center" />
            <span className={kind === 'dialect' ? 'font-mono wrap-anywhere' : ''}>
              {kind === 'dialect' ? remedy.title : <WithCode text={remedy.title} />}
            </span>
          </button>
        ))}
      </div>
      {lost.length > 0 && (
        <ul className="mt-1 list-disc pl-5 text-xs text-dim">
          {lost.map((sentence) => (
            <li key={sentence}>
              <WithCode text={sentence} />
            </li>
          ))}
        </ul>
      )}
    </li>
  )
}

/** A sentence whose parts in backticks are code. */
function WithCode({ text }: { text: string }) {
  return text.split('`').map((part, index) =>
    index % 2 === 0 ? (
      part
    ) : (
      // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a sentence do not change their order
      <code key={index} className="text-[0.95em]">
        {part}
      </code>
    ),
  )
}
