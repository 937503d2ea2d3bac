import { useEffect, useRef } from 'react'
import { TEST_IDS } from '../../test-ids.ts'
import { LogText } from '../search/log-list/log-text.tsx'
import { rowTime, utcTitle } from '../search/log-list/log-time.ts'
import { useTimeZone } from '../time-zone/use-time-zone.tsx'
import type { AuditRow } from './prepare-audit.ts'

/** The audit events, newest first. */
export function AuditList(props: {
  rows: readonly AuditRow[]
  open: string | null
  /** The one that the keys are at. */
  at: string | undefined
  onOpen(id: string): void
}) {
  return (
    <ul className="mt-3 divide-y divide-line border-y border-line">
      {props.rows.map((row) => (
        <Row
          key={row.id}
          row={row}
          isOpen={row.id === props.open}
          isAt={row.id === props.at}
          onOpen={() => props.onOpen(row.id)}
        />
      ))}
    </ul>
  )
}

function Row({
  row,
  isOpen,
  isAt,
  onOpen,
}: {
  row: AuditRow
  isOpen: boolean
  isAt: boolean
  onOpen(): void
}) {
  const { zone } = useTimeZone()
  const button = useRef<HTMLButtonElement>(null)
  useEffect(() => {
    if (isAt) button.current?.focus()
  }, [isAt])
  return (
    <li>
      <button
        ref={button}
        type="button"
        data-testid={TEST_IDS.auditRow}
        aria-expanded={isOpen}
        onClick={onOpen}
        className="grid w-full grid-cols-[auto_1fr] gap-x-3 gap-y-0.5 px-1.5 py-1.5 text-left hover:bg-hover focus-visible:bg-hover aria-expanded:bg-picked sm:grid-cols-[auto_10rem_1fr]"
      >
        <time
          dateTime={row.at}
          title={utcTitle(row.at)}
          className="font-mono text-[12px] whitespace-nowrap text-dim"
        >
          {rowTime(row.at, 'day', zone)}
        </time>
        <span className="truncate text-dim" title={`${row.who} ${row.where}`.trim()}>
          {row.who} <span className="text-faint">{row.where}</span>
        </span>
        <span className="min-w-0 max-sm:col-span-2">
          <span className={`break-words ${row.isWarning ? 'text-warn' : ''}`}>
            <LogText text={row.message} />
          </span>
          {row.isFailure && <Note>failed</Note>}
        </span>
      </button>
    </li>
  )
}

function Note({ children }: { children: string }) {
  return <span className="ml-1.5 inline-block rounded bg-warn-soft px-1.5 text-xs text-warn">{children}</span>
}
