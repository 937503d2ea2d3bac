'use client'

import type { LogJson } from '@heartwood/api'
import { Crosshair, Minus, Plus, Waypoints, X } from 'lucide-react'
import { useMemo } from 'react'
import { TEST_IDS } from '../../../test-ids.ts'
import { Button, IconButton } from '../../../ui/button.tsx'
import { CopyButton } from '../../../ui/copy.tsx'
import type { Filter } from '../edit-query.ts'
import { type FieldRow, fieldsOf } from './fields-of.ts'
import type { Highlighter } from './highlight.ts'
import { LogText } from './log-text.tsx'

export interface LogActions {
  onFilter(filter: Filter): void
  onTrace(traceId: string): void
  /** Everything the event's service wrote around that moment. */
  onAround(log: LogJson): void
  onClose(): void
}

const GROUPS = { event: 'Event', attributes: 'Attributes', resource: 'Resource' } as const

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
          <Button testId={TEST_IDS.traceLink} onClick={() => actions.onTrace(traceId)}>
            <Waypoints size={14} aria-hidden /> Show whole trace
          </Button>
        )}
        <Button onClick={() => actions.onAround(log)}>
          <Crosshair size={14} aria-hidden /> Around this moment
        </Button>
      </div>
      {(['event', 'attributes', 'resource'] as const).map((group) => (
        <FieldTable
          key={group}
          title={GROUPS[group]}
          rows={fields.filter((row) => row.group === group)}
          actions={actions}
        />
      ))}
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

function FieldTable({
  title,
  rows,
  actions,
}: {
  title: string
  rows: readonly FieldRow[]
  actions: LogActions
}) {
  if (rows.length === 0) return null
  return (
    <table className="mt-3 w-full table-fixed border-collapse font-mono text-[12px]">
      <caption className="text-left font-sans text-xs font-semibold text-faint">{title}</caption>
      <tbody>
        {rows.map((row, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the lines of an event do not change their order
          <FieldLine key={index} row={row} actions={actions} />
        ))}
      </tbody>
    </table>
  )
}

function FieldLine({ row, actions }: { row: FieldRow; actions: LogActions }) {
  const { filter } = row
  return (
    <tr
      data-testid={TEST_IDS.field}
      data-field={row.name}
      className="group/field border-b border-line/60 align-top last:border-0 hover:bg-hover"
    >
      <th
        scope="row"
        className="w-[11rem] py-1 pr-3 text-left font-normal break-words text-dim max-sm:w-[38%]"
      >
        <LogText text={row.name} />
      </th>
      <td className="py-1 break-words whitespace-pre-wrap">
        <LogText text={row.value} lines />
      </td>
      <td className="w-[5.5rem] text-right whitespace-nowrap opacity-45 group-focus-within/field:opacity-100 group-hover/field:opacity-100 max-sm:opacity-100">
        {filter !== undefined && (
          <>
            <IconButton
              label={`Only ${row.name} like this`}
              testId={TEST_IDS.include}
              onClick={() => actions.onFilter({ field: filter, value: row.value })}
            >
              <Plus size={14} aria-hidden />
            </IconButton>
            <IconButton
              label={`Without ${row.name} like this`}
              testId={TEST_IDS.exclude}
              onClick={() => actions.onFilter({ field: filter, value: row.value, exclude: true })}
            >
              <Minus size={14} aria-hidden />
            </IconButton>
          </>
        )}
        <CopyButton text={row.value} label={`Copy ${row.name}`} />
      </td>
    </tr>
  )
}
