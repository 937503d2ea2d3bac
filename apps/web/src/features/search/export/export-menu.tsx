'use client'

import { EXPORT_FORMATS, type ExportFormat } from '@heartwood/api'
import { Download } from 'lucide-react'
import { Popover } from 'radix-ui'
import { useState } from 'react'
import { TEST_IDS } from '../../../test-ids.ts'
import { PopoverPanel } from '../../../ui/popover-panel.tsx'
import { ToolButton } from '../log-list/toolbar/tool-button.tsx'
import { exportHref } from './export-href.ts'

const FORMATS: Readonly<Record<ExportFormat, { name: string; about: string }>> = {
  csv: { name: 'CSV', about: 'for spreadsheets' },
  ndjson: { name: 'NDJSON', about: 'a JSON object a line, nothing left out' },
  parquet: { name: 'Parquet', about: 'for DuckDB, pandas, Spark' },
}

export interface Exported {
  readonly query: string
  readonly from: string
  readonly to: string
  readonly order: 'newest' | 'oldest'
  readonly columns: readonly string[]
}

/** What was found as a file: a link for each format, which the browser downloads without holding it. */
export function ExportMenu({ search, total }: { search: Exported; total: number | undefined }) {
  const [open, setOpen] = useState(false)
  const [allFields, setAllFields] = useState(false)
  const events =
    total === undefined ? 'all events' : `${total.toLocaleString('en')} ${total === 1 ? 'event' : 'events'}`
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger asChild>
        <ToolButton label="Export what was found" testId={TEST_IDS.exportOpen}>
          <Download size={14} aria-hidden />
        </ToolButton>
      </Popover.Trigger>
      <PopoverPanel label="Export" testId={TEST_IDS.exportMenu} className="w-80 p-3">
        <p className="font-semibold">Export {events}</p>
        <p className="mt-0.5 text-xs break-words text-dim">
          {search.query === '' ? 'Everything' : <span className="font-mono">{search.query}</span>} in the
          range that is shown, {search.order} first.
        </p>
        <fieldset className="mt-2.5 text-xs">
          <legend className="sr-only">Fields</legend>
          <Choice checked={!allFields} onChoose={() => setAllFields(false)}>
            The columns of the list: {search.columns.join(', ')}
          </Choice>
          <Choice checked={allFields} onChoose={() => setAllFields(true)}>
            All fields
          </Choice>
        </fieldset>
        <ul className="mt-2.5 flex flex-col gap-1">
          {EXPORT_FORMATS.map((format) => (
            <li key={format}>
              <a
                href={exportHref(search, format, allFields)}
                download
                data-testid={TEST_IDS.exportAs}
                data-format={format}
                onClick={() => setOpen(false)}
                className="flex items-baseline gap-2 rounded-md border border-line-strong bg-panel px-2.5 py-1.5 hover:bg-hover"
              >
                <span className="font-medium">{FORMATS[format].name}</span>
                <span className="text-xs text-dim">{FORMATS[format].about}</span>
              </a>
            </li>
          ))}
        </ul>
      </PopoverPanel>
    </Popover.Root>
  )
}

function Choice(props: { checked: boolean; onChoose(): void; children: React.ReactNode }) {
  return (
    <label className="flex cursor-pointer items-baseline gap-1.5 py-0.5">
      <input type="radio" name="export-fields" checked={props.checked} onChange={props.onChoose} />
      <span className="min-w-0 break-words">{props.children}</span>
    </label>
  )
}
