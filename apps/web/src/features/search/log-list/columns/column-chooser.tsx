'use client'

import { Command } from 'cmdk'
import { Check, Columns3 } from 'lucide-react'
import { Popover } from 'radix-ui'
import { useState } from 'react'
import { TEST_IDS } from '../../../../test-ids.ts'
import { PopoverPanel } from '../../../../ui/popover-panel.tsx'
import { DEFAULT_COLUMNS } from '../../search-url.ts'
import { ToolButton } from '../toolbar/tool-button.tsx'
import { isSameField, withAdded, withoutColumn } from './column-model.ts'

/** Fields shown at once: the search finds the others. */
const MOST = 200
const OWN = ['time', 'level', 'service', 'message', 'hostname', 'trace_id', 'request_id', 'environment']

/** Which columns there are: those shown, then the fields that occur, commonest first. */
export function ColumnChooser(props: {
  readonly shown: readonly string[]
  /** Fields that occur in the range, commonest first. */
  readonly fields: readonly string[]
  onFields(fields: string[]): void
}) {
  const { shown } = props
  const [open, setOpen] = useState(false)
  const [sought, setSought] = useState('')
  const wanted = sought.trim().toLowerCase()
  const others = [...OWN, ...props.fields]
    .filter(
      (field, i, all) =>
        !shown.some((each) => isSameField(each, field)) &&
        all.findIndex((each) => isSameField(each, field)) === i,
    )
    .filter((field) => field.toLowerCase().includes(wanted))
    .slice(0, MOST)
  const chosen = shown.filter((field) => field.toLowerCase().includes(wanted))
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger asChild>
        <ToolButton label="Columns" testId={TEST_IDS.columnChooser}>
          <Columns3 size={14} aria-hidden /> <span className="max-md:sr-only">Columns</span>
        </ToolButton>
      </Popover.Trigger>
      <PopoverPanel label="Columns" testId={TEST_IDS.columnChoice} className="w-72">
        <Command shouldFilter={false} label="Columns">
          <Command.Input
            value={sought}
            onValueChange={setSought}
            placeholder="Find a field"
            className="w-full border-b border-line bg-transparent px-3 py-2 outline-none placeholder:text-faint"
          />
          <Command.List className="max-h-80 overflow-y-auto p-1">
            <Command.Empty className="px-3 py-4 text-center text-dim">
              No field of this range is called so.
            </Command.Empty>
            {chosen.length > 0 && (
              <Command.Group heading="Shown" className={GROUP}>
                {chosen.map((field) => (
                  <Choice
                    key={field}
                    field={field}
                    shown
                    onToggle={() => props.onFields(withoutColumn(shown, field))}
                  />
                ))}
              </Command.Group>
            )}
            {others.length > 0 && (
              <Command.Group heading="Fields" className={GROUP}>
                {others.map((field) => (
                  <Choice
                    key={field}
                    field={field}
                    shown={false}
                    onToggle={() => props.onFields(withAdded(shown, field))}
                  />
                ))}
              </Command.Group>
            )}
          </Command.List>
        </Command>
        <button
          type="button"
          onClick={() => props.onFields([...DEFAULT_COLUMNS])}
          className="w-full border-t border-line px-3 py-1.5 text-left text-xs font-medium text-accent hover:underline"
        >
          As it was at first
        </button>
      </PopoverPanel>
    </Popover.Root>
  )
}

const GROUP =
  '[&_[cmdk-group-heading]]:px-2 [&_[cmdk-group-heading]]:pt-1.5 [&_[cmdk-group-heading]]:pb-0.5 [&_[cmdk-group-heading]]:text-xs [&_[cmdk-group-heading]]:font-semibold [&_[cmdk-group-heading]]:text-faint'

function Choice({ field, shown, onToggle }: { field: string; shown: boolean; onToggle(): void }) {
  return (
    <Command.Item
      value={field}
      onSelect={onToggle}
      className="flex cursor-pointer items-center gap-2 rounded px-2 py-[3px] font-mono text-[12px] data-[selected=true]:bg-hover"
    >
      <Check size={13} aria-hidden className={`shrink-0 text-accent ${shown ? '' : 'opacity-0'}`} />
      <span className="truncate">{field}</span>
      <span className="sr-only">{shown ? 'shown' : 'not shown'}</span>
    </Command.Item>
  )
}
