'use client'

import { Copy, Minus, Plus } from 'lucide-react'
import type { ComponentProps, ReactNode } from 'react'
import { TEST_IDS } from '../../../../test-ids.ts'
import { copyText } from '../../../../ui/copy.tsx'
import { useTimeZone } from '../../../time-zone/use-time-zone.tsx'
import { correlationHref } from '../../../trace/correlation.ts'
import { LogText } from '../../log-list/log-text.tsx'
import { rowTime } from '../../log-list/log-time.ts'
import type { DetailsActions } from '../details-actions.ts'
import type { FieldRow, ValueType } from './field-row.ts'
import { LongText } from './long-text.tsx'
import { NestedValue } from './nested-value.tsx'
import { valueChoices } from './value-choices.ts'
import { ValueMenu } from './value-menu.tsx'

/** What stands in front of a value, so that the number 500 and the text "500" are told apart. */
const TYPE_SIGNS: Readonly<Record<ValueType, { sign: string; title: string }>> = {
  text: { sign: 'T', title: 'text' },
  number: { sign: '#', title: 'number' },
  boolean: { sign: '?', title: 'true or false' },
  time: { sign: '◷', title: 'time' },
  object: { sign: '{}', title: 'object' },
}

/** A longer value has the whole width, below its name. */
const WIDE_CHARACTERS = 120

/** One field with its value. The menu has everything; the commonest three stand ready for the mouse. */
export function FieldLine(props: {
  readonly row: FieldRow
  readonly actions: DetailsActions
  readonly stop: ComponentProps<'button'>
}) {
  const { row, actions } = props
  const { sign, title } = TYPE_SIGNS[row.type]
  const isWide = row.nested !== undefined || row.value.length > WIDE_CHARACTERS || row.value.includes('\n')
  return (
    <tr
      data-testid={TEST_IDS.field}
      data-field={row.name}
      className="group/field relative grid grid-cols-[minmax(5rem,32%)_1.5rem_minmax(0,1fr)_auto] items-start border-t border-line/70 hover:bg-hover has-[[data-state=open]]:bg-hover"
    >
      <th scope="row" className="py-[3px] pr-2 text-left font-normal wrap-anywhere text-dim">
        <LogText text={row.name} />
      </th>
      <td className="py-[3px] text-faint select-none">
        <span title={row.inList ? `${title}, one of a list` : title}>
          <span aria-hidden>{sign}</span>
          <span className="sr-only">{title}</span>
        </span>
      </td>
      <td
        className={`py-[3px] wrap-anywhere whitespace-pre-wrap ${isWide ? 'order-last col-span-full pb-1.5' : ''}`}
      >
        <Value row={row} actions={actions} />
        <ReadableText row={row} />
      </td>
      <td className={`py-px pl-1 whitespace-nowrap ${isWide ? 'col-start-4' : ''}`}>
        <MouseActions row={row} actions={actions} />
        <ValueMenu row={row} actions={actions} trigger={props.stop} />
      </td>
    </tr>
  )
}

function Value({ row, actions }: { row: FieldRow; actions: DetailsActions }) {
  if (row.nested !== undefined) return <NestedValue name={row.name} value={row.nested} actions={actions} />
  const href = row.filter === undefined ? undefined : correlationHref(row.filter, row.value)
  if (href === undefined) return <LongText text={row.value} />
  return (
    <a
      href={href}
      className="text-accent underline decoration-accent/40 underline-offset-2 hover:decoration-accent"
    >
      <LogText text={row.value} />
    </a>
  )
}

function ReadableText({ row }: { row: FieldRow }) {
  const { zone } = useTimeZone()
  const text = row.type === 'time' ? rowTime(row.value, 'year', zone) : row.readable?.text
  if (text === undefined) return null
  return <span className="ml-2 inline-block font-sans text-xs whitespace-nowrap text-faint">{text}</span>
}

/** Not in the order of the Tab key: the menu beside has the same. */
function MouseActions({ row, actions }: { row: FieldRow; actions: DetailsActions }) {
  const choices = valueChoices(row)
  const only = choices.find(({ kind }) => kind === 'only')
  const without = choices.find(({ kind }) => kind === 'without')
  return (
    <span className="absolute top-px right-[22px] rounded-md bg-hover pl-1 opacity-0 group-hover/field:opacity-100 max-lg:hidden">
      {only !== undefined && (
        <MouseAction
          label={`Only ${row.name} like this`}
          testId={TEST_IDS.include}
          onClick={() => actions.onChoice(only)}
        >
          <Plus size={13} aria-hidden />
        </MouseAction>
      )}
      {without !== undefined && (
        <MouseAction
          label={`Without ${row.name} like this`}
          testId={TEST_IDS.exclude}
          onClick={() => actions.onChoice(without)}
        >
          <Minus size={13} aria-hidden />
        </MouseAction>
      )}
      <MouseAction label={`Copy ${row.name}`} onClick={() => void copyText(row.value)}>
        <Copy size={12} aria-hidden />
      </MouseAction>
    </span>
  )
}

function MouseAction(props: { label: string; testId?: string; onClick(): void; children: ReactNode }) {
  return (
    <button
      type="button"
      tabIndex={-1}
      title={props.label}
      aria-label={props.label}
      data-testid={props.testId}
      className="inline-flex size-[22px] items-center justify-center rounded-md text-dim hover:bg-sunken hover:text-text"
      onClick={props.onClick}
    >
      {props.children}
    </button>
  )
}
