'use client'

import type { LogJson } from '@heartwood/api'
import { Crosshair, Waypoints, X } from 'lucide-react'
import { useMemo } from 'react'
import { TEST_IDS } from '../../../test-ids.ts'
import { Button, IconButton } from '../../../ui/button.tsx'
import { CopyButton } from '../../../ui/copy.tsx'
import type { Filter } from '../edit-query.ts'
import { FieldTable } from './field-table.tsx'
import { type FieldRow, fieldsOf } from './fields-of.ts'
import type { Highlighter } from './highlight.ts'
import { LogText } from './log-text.tsx'

export interface LogActions {
  onFilter(filter: Filter): void
  onTrace(log: LogJson, traceId: string): void
  /** Everything the event's service wrote around that moment. */
  onAround(log: LogJson): void
  onClose(): void
}

/** An opened row: the whole message, every field with what can be done with it, and what was sent. */
export function LogDetails({
  log,
  highlight,
  actions,
}: {
  log: LogJson
  highlight: Highlighter
  actions: LogActions
}) {
  const fields = useMemo(() => fieldsOf(log), [log])
  const rowsOf = (group: FieldRow['group']) => fields.filter((row) => row.group === group)
  const traceId = log.trace_id
  return (
    <div
      data-testid={TEST_IDS.logDetails}
      className="mx-1.5 mb-1.5 rounded-b-md border-x border-b border-line bg-panel px-3 pt-2 pb-3 [animation:appear_120ms_ease-out] sm:ml-4"
    >
      <div className="flex items-start gap-1">
        <pre className="max-h-72 min-w-0 flex-1 overflow-auto py-1 text-[12.5px] leading-5 break-words whitespace-pre-wrap">
          <LogText text={log.message} hits={highlight(log.message)} lines />
        </pre>
        <CopyButton text={log.message} label="Copy message" />
        <IconButton label="Close (Esc)" onClick={actions.onClose}>
          <X size={15} aria-hidden />
        </IconButton>
      </div>
      <div className="mt-1.5 flex flex-wrap gap-1.5">
        {traceId !== undefined && (
          <Button testId={TEST_IDS.traceLink} onClick={() => actions.onTrace(log, traceId)}>
            <Waypoints size={14} aria-hidden /> Show whole trace
          </Button>
        )}
        <Button onClick={() => actions.onAround(log)}>
          <Crosshair size={14} aria-hidden /> Around this moment
        </Button>
      </div>
      <div className="grid gap-x-10 lg:grid-cols-2">
        <FieldTable title="Event" rows={rowsOf('event')} onFilter={actions.onFilter} />
        <div>
          <FieldTable title="Attributes" rows={rowsOf('attributes')} onFilter={actions.onFilter} />
          <FieldTable title="Resource" rows={rowsOf('resource')} onFilter={actions.onFilter} />
        </div>
      </div>
      {log.raw !== undefined && (
        <section className="mt-3">
          <h3 className="flex items-center gap-1 text-xs font-semibold text-faint">
            As it was sent <CopyButton text={log.raw} label="Copy what was sent" />
          </h3>
          <pre
            data-testid={TEST_IDS.raw}
            // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard
            tabIndex={0}
            className="max-h-60 overflow-auto rounded-md bg-sunken px-2.5 py-2 text-[12px] leading-[18px] break-all whitespace-pre-wrap"
          >
            <LogText text={log.raw} lines />
          </pre>
        </section>
      )}
    </div>
  )
}
