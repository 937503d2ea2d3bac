'use client'

import type { LogJson } from '@heartwood/api'
import { List } from 'lucide-react'
import { useMemo, useState } from 'react'
import { TEST_IDS } from '../../../../test-ids.ts'
import { traceItems } from '../../../trace/prepare-gaps.ts'
import { SearchError } from '../../empty/search-error.tsx'
import { LogText } from '../../log-list/log-text.tsx'
import { durationText } from '../fields/readable-value.ts'
import { HELD_NAMES, type HeldField, heldAtFirst, heldFieldsOf } from './context-fields.ts'
import { contextHref } from './context-href.ts'
import { ContextLine } from './context-line.tsx'
import { useContextLines } from './use-context-lines.ts'

/** What the same pod, host or service wrote before and after an event. */
export function ContextView({ log, onOpen }: { log: LogJson; onOpen(id: string): void }) {
  const [chosen, setChosen] = useState<readonly HeldField[]>()
  const offered = heldFieldsOf(log)
  const held = (chosen ?? heldAtFirst(log)).filter((field) => offered.includes(field))
  const context = useContextLines(log, held)
  const { lines } = context
  const items = useMemo(() => traceItems(lines ?? [], lines?.[0]), [lines])
  return (
    <div data-testid={TEST_IDS.context} className="pb-4">
      <div className="flex flex-wrap items-center gap-1.5 py-2">
        <fieldset className="contents">
          <legend className="float-left pr-1 text-dim">Of the same</legend>
          {offered.map((field) => (
            <HeldChip
              key={field}
              field={field}
              value={log[field] ?? ''}
              held={held.includes(field)}
              onToggle={() =>
                setChosen(held.includes(field) ? held.filter((each) => each !== field) : [...held, field])
              }
            />
          ))}
          {offered.length === 0 && <span className="text-dim">moment: it names no host, pod or service</span>}
        </fieldset>
        {lines !== undefined && (
          <a
            href={contextHref(log, held, lines)}
            className="ml-auto inline-flex items-center gap-1 text-xs font-medium text-accent hover:underline"
          >
            <List size={13} aria-hidden /> Show in the list
          </a>
        )}
      </div>
      {context.error !== undefined && lines === undefined && (
        <SearchError error={context.error} onRetry={context.refetch} />
      )}
      {lines !== undefined && (
        <div className={`transition-opacity ${context.outdated ? 'opacity-60' : ''}`}>
          <More label="Earlier lines" onMore={context.moreBefore} end="Nothing before this." />
          <ol aria-label="Lines before and after">
            {items.map((item) =>
              item.kind === 'gap' ? (
                <li key={item.key} className="gap-hatch px-3 text-xs leading-5 text-dim">
                  {durationText(item.nanos)} without a log
                </li>
              ) : (
                <ContextLine
                  key={item.log.id}
                  log={item.log}
                  marked={item.log.id === log.id}
                  named={!held.includes('service')}
                  onOpen={onOpen}
                />
              ),
            )}
          </ol>
          <More label="Later lines" onMore={context.moreAfter} end="Nothing after this." />
        </div>
      )}
    </div>
  )
}

function HeldChip(props: { field: HeldField; value: string; held: boolean; onToggle(): void }) {
  return (
    <button
      type="button"
      aria-pressed={props.held}
      title={props.value}
      className="inline-flex h-6 max-w-full items-center gap-1 rounded border border-line-strong px-1.5 text-xs hover:bg-hover aria-pressed:border-accent aria-pressed:bg-accent-soft"
      onClick={props.onToggle}
    >
      {HELD_NAMES[props.field]}{' '}
      <span className="max-w-32 truncate text-dim">
        <LogText text={props.value} />
      </span>
    </button>
  )
}

function More({ label, onMore, end }: { label: string; onMore: (() => void) | undefined; end: string }) {
  if (onMore === undefined) return <p className="py-1 text-center text-xs text-faint">{end}</p>
  return (
    <button
      type="button"
      className="w-full rounded-md py-1 text-xs font-medium text-accent hover:bg-hover"
      onClick={onMore}
    >
      {label}
    </button>
  )
}
