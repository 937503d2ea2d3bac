'use client'

import {
  ArrowDownToLine,
  ArrowUpToLine,
  Columns3,
  Copy,
  Ellipsis,
  Minus,
  Plus,
  Search,
  TableProperties,
  Type,
  Waypoints,
} from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import type { ComponentProps, ReactNode } from 'react'
import { TEST_IDS } from '../../../../test-ids.ts'
import { copyText } from '../../../../ui/copy.tsx'
import { MenuPanel } from '../../../../ui/menu-panel.tsx'
import { correlationHref } from '../../../trace/correlation.ts'
import type { DetailsActions } from '../details-actions.ts'
import type { FieldRow } from './field-row.ts'
import { fieldAndValue, type ValueChoice, valueChoices } from './value-choices.ts'

const ICONS: Readonly<Record<ValueChoice['kind'], ReactNode>> = {
  only: <Plus size={14} aria-hidden />,
  without: <Minus size={14} aria-hidden />,
  above: <ArrowUpToLine size={14} aria-hidden />,
  below: <ArrowDownToLine size={14} aria-hidden />,
  exists: <TableProperties size={14} aria-hidden />,
  text: <Search size={14} aria-hidden />,
}

/** Everything that can be done with one value. `trigger` are the attributes of the button that opens it. */
export function ValueMenu(props: {
  readonly row: FieldRow
  readonly actions: DetailsActions
  readonly trigger?: ComponentProps<'button'>
}) {
  const { row } = props
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>
        <button
          type="button"
          aria-label={`What to do with ${row.name}`}
          data-testid={TEST_IDS.valueMenu}
          className="inline-flex size-[22px] shrink-0 items-center justify-center rounded-md text-faint hover:bg-sunken hover:text-text data-[state=open]:bg-sunken data-[state=open]:text-text max-lg:size-8"
          {...props.trigger}
        >
          <Ellipsis size={14} aria-hidden />
        </button>
      </DropdownMenu.Trigger>
      <MenuPanel label={row.name} className="min-w-52">
        <Items row={row} actions={props.actions} />
      </MenuPanel>
    </DropdownMenu.Root>
  )
}

function Items({ row, actions }: { row: FieldRow; actions: DetailsActions }) {
  const href = row.filter === undefined ? undefined : correlationHref(row.filter, row.value)
  const { columns } = actions
  const { filter } = row
  return (
    <>
      {valueChoices(row).map((choice) => (
        <Item key={choice.kind} icon={ICONS[choice.kind]} onSelect={() => actions.onChoice(choice)}>
          {choice.label}
        </Item>
      ))}
      {href !== undefined && (
        <DropdownMenu.Item asChild className={ITEM}>
          <a href={href}>
            <Waypoints size={14} aria-hidden />{' '}
            {row.name === 'trace_id' ? 'Open the trace' : 'Open the request'}
          </a>
        </DropdownMenu.Item>
      )}
      {columns !== undefined && filter !== undefined && (
        <Item icon={<Columns3 size={14} aria-hidden />} onSelect={() => columns.toggle(filter)}>
          {columns.has(filter) ? 'Remove the column' : 'Add as a column'}
        </Item>
      )}
      <Item icon={<Copy size={14} aria-hidden />} onSelect={() => void copyText(row.value)}>
        Copy value
      </Item>
      <Item icon={<Type size={14} aria-hidden />} onSelect={() => void copyText(fieldAndValue(row))}>
        Copy field:value
      </Item>
    </>
  )
}

const ITEM =
  'flex w-full cursor-default items-center gap-2.5 rounded-md px-2 py-1 text-left text-text outline-none select-none data-[highlighted]:bg-hover [&>svg]:text-faint max-lg:py-2'

function Item(props: { icon: ReactNode; onSelect(): void; children: ReactNode }) {
  return (
    <DropdownMenu.Item className={ITEM} onSelect={props.onSelect}>
      {props.icon}
      {props.children}
    </DropdownMenu.Item>
  )
}
