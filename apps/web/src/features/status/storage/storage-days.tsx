'use client'

import type { StorageOutput } from '@heartwood/api'
import { ChevronRight, List, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { TEST_IDS } from '../../../test-ids.ts'
import { Button, IconButton } from '../../../ui/button.tsx'
import { bytesText } from '../../../ui/bytes-text.ts'
import type { TimeRange } from '../../search/time-range/time-range.ts'
import { formatIn } from '../../time-zone/format-time.ts'
import { countText } from '../live/prepare-cards.ts'
import { DayServices } from './day-services.tsx'
import { type DayRow, dayRows, logsHref } from './prepare-days.ts'

/** Days that are listed before somebody asks for all. */
const FIRST = 14

/** What is kept of each day, newest first; a day opens to its services. */
export function StorageDays(props: { storage: StorageOutput; onDelete(range: TimeRange): void }) {
  const [all, setAll] = useState(false)
  const [open, setOpen] = useState<string>()
  const rows = dayRows(props.storage.days)
  const shown = all ? rows : rows.slice(0, FIRST)
  return (
    <>
      <ul className="divide-y divide-line border-y border-line">
        {shown.map((row) => (
          <li key={row.label} data-testid={TEST_IDS.storedDay} data-day={row.label}>
            <Day
              row={row}
              isOpen={row.label === open}
              onOpen={() => setOpen(row.label === open ? undefined : row.label)}
              onDelete={props.onDelete}
            />
          </li>
        ))}
      </ul>
      {rows.length > shown.length && (
        <div className="py-2 text-center">
          <Button onClick={() => setAll(true)}>Show all {countText(rows.length)} days</Button>
        </div>
      )}
    </>
  )
}

function Day(props: { row: DayRow; isOpen: boolean; onOpen(): void; onDelete(range: TimeRange): void }) {
  const { row, isOpen } = props
  const { day, range } = row
  return (
    <>
      <div className="flex items-center gap-1 hover:bg-hover">
        <button
          type="button"
          aria-expanded={isOpen}
          disabled={day === undefined}
          onClick={props.onOpen}
          className="grid min-w-0 flex-1 grid-cols-[1rem_minmax(6.5rem,auto)_1fr] items-center gap-x-3 px-1 py-1.5 text-left tabular-nums sm:grid-cols-[1rem_11rem_minmax(0,1fr)_7rem_5rem_9rem]"
        >
          {day === undefined ? (
            <span />
          ) : (
            <ChevronRight
              size={14}
              aria-hidden
              className={`text-faint transition-transform ${isOpen ? 'rotate-90' : ''}`}
            />
          )}
          <span className="whitespace-nowrap">
            {row.label}
            {row.isArchived && <span className="ml-2 text-xs text-faint">archive</span>}
          </span>
          <span aria-hidden className="h-2 overflow-hidden rounded-full bg-sunken max-sm:hidden">
            <span
              className="block h-full rounded-full bg-[var(--fill-info)]"
              style={{ width: `${Math.max(0.5, row.share * 100)}%` }}
            />
          </span>
          <span className="text-right">
            {countText(row.events)} <span className="text-dim">events</span>
            <span className="ml-3 text-dim sm:hidden">{bytesText(row.bytes)}</span>
          </span>
          <span className="text-right max-sm:hidden">{bytesText(row.bytes)}</span>
          <span className="text-right text-dim max-sm:hidden">
            until {formatIn('UTC', row.keptUntil, 'yyyy-MM-dd')}
          </span>
        </button>
        {range === undefined ? (
          <span className="w-15 shrink-0" />
        ) : (
          <>
            <a
              href={logsHref(range)}
              aria-label={`Show the logs of ${row.label}`}
              title={`Show the logs of ${row.label}`}
              className="inline-flex size-7 shrink-0 items-center justify-center rounded-md text-dim hover:bg-hover hover:text-text"
            >
              <List size={15} aria-hidden />
            </a>
            <IconButton label={`Delete the logs of ${row.label}…`} onClick={() => props.onDelete(range)}>
              <Trash2 size={15} aria-hidden />
            </IconButton>
          </>
        )}
      </div>
      {isOpen && day !== undefined && range !== undefined && <DayServices day={day} range={range} />}
    </>
  )
}
