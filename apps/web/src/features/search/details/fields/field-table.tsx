'use client'

import type { LogJson } from '@heartwood/api'
import { Search } from 'lucide-react'
import { useMemo, useState } from 'react'
import { TEST_IDS } from '../../../../test-ids.ts'
import { useRovingFocus } from '../../../../ui/use-roving-focus.ts'
import type { DetailsActions } from '../details-actions.ts'
import { FieldLine } from './field-line.tsx'
import type { FieldGroup } from './field-row.ts'
import { fieldsOf, rowHas } from './fields-of.ts'

const GROUPS: readonly { readonly group: FieldGroup; readonly title: string }[] = [
  { group: 'attributes', title: 'Attributes' },
  { group: 'event', title: 'Event' },
  { group: 'resource', title: 'Resource' },
]

/** Every field of an event with what can be done with its value; one Tab stop, arrow keys from line to line. */
export function FieldTable({ log, actions }: { log: LogJson; actions: DetailsActions }) {
  const [wanted, setWanted] = useState('')
  const all = useMemo(() => fieldsOf(log), [log])
  const rows = useMemo(() => (wanted === '' ? all : all.filter((row) => rowHas(row, wanted))), [all, wanted])
  const { stop, reset } = useRovingFocus()
  const groups = GROUPS.map(({ group, title }) => ({
    title,
    rows: rows.filter((row) => row.group === group),
  }))
  const first = groups.flatMap((group) => group.rows)[0]?.key
  return (
    <div data-rove-group="">
      <div className="sticky top-0 z-10 -mx-3 flex items-center gap-2 bg-panel px-3 py-2">
        <Search size={14} aria-hidden className="pointer-events-none absolute left-5 text-faint" />
        <input
          type="search"
          value={wanted}
          placeholder="Find a field or a value"
          aria-label="Find a field or a value"
          data-testid={TEST_IDS.detailsSearch}
          autoComplete="off"
          spellCheck={false}
          className="h-7 w-full rounded-md border border-line-strong bg-panel pr-2 pl-7 [&::-webkit-search-cancel-button]:hidden"
          onChange={(event) => {
            setWanted(event.target.value)
            reset()
          }}
          onKeyDown={(event) => {
            // The first Escape takes the text away, the next one is the drawer's.
            if (event.key !== 'Escape' || wanted === '') return
            event.preventDefault()
            event.stopPropagation()
            setWanted('')
          }}
        />
      </div>
      {groups.map(
        ({ title, rows: lines }) =>
          lines.length > 0 && (
            <table key={title} className="mb-3 block w-full font-mono text-[12px] leading-[18px]">
              <caption className="block pb-0.5 text-left font-sans text-xs font-semibold text-faint">
                {title}
              </caption>
              <tbody className="block">
                {lines.map((row) => (
                  <FieldLine
                    key={row.key}
                    row={row}
                    actions={actions}
                    stop={stop(row.key, row.key === first)}
                  />
                ))}
              </tbody>
            </table>
          ),
      )}
      {rows.length === 0 && <p className="py-4 text-center text-dim">No field has this.</p>}
    </div>
  )
}
