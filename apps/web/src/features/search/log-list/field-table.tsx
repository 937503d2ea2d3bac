'use client'

import { Minus, Plus } from 'lucide-react'
import { TEST_IDS } from '../../../test-ids.ts'
import { IconButton } from '../../../ui/button.tsx'
import { CopyButton } from '../../../ui/copy.tsx'
import type { Filter } from '../edit-query.ts'
import type { FieldRow } from './fields-of.ts'
import { LogText } from './log-text.tsx'

/** Longer values scroll in a box of their own. */
const LONG_VALUE = 1_000

/** Fields of an opened row; what can be done with a value stands beside it. */
export function FieldTable(props: {
  title: string
  rows: readonly FieldRow[]
  onFilter(filter: Filter): void
}) {
  if (props.rows.length === 0) return null
  return (
    <table className="mt-3 w-full table-fixed border-collapse font-mono text-[12px] leading-[18px]">
      <caption className="pb-0.5 text-left font-sans text-xs font-semibold text-faint">{props.title}</caption>
      <tbody>
        {props.rows.map((row, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the lines of an event do not change their order
          <FieldLine key={index} row={row} onFilter={props.onFilter} />
        ))}
      </tbody>
    </table>
  )
}

function FieldLine({ row, onFilter }: { row: FieldRow; onFilter(filter: Filter): void }) {
  const { filter, name, value } = row
  return (
    <tr
      data-testid={TEST_IDS.field}
      data-field={name}
      className="group/field border-t border-line/70 align-top hover:bg-hover"
    >
      <th
        scope="row"
        className="w-[10.5rem] py-[3px] pr-3 text-left font-normal wrap-anywhere text-dim max-sm:w-[36%]"
      >
        <LogText text={name} />
      </th>
      <td className="py-[3px] wrap-anywhere whitespace-pre-wrap">
        {value.length > LONG_VALUE ? (
          <pre
            // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard
            tabIndex={0}
            className="max-h-48 overflow-y-auto wrap-anywhere whitespace-pre-wrap"
          >
            <LogText text={value} lines />
          </pre>
        ) : (
          <LogText text={value} lines />
        )}
        <span className="ml-2 inline-flex h-[18px] items-center align-bottom whitespace-nowrap opacity-40 group-focus-within/field:opacity-100 group-hover/field:opacity-100 max-sm:opacity-100">
          {filter !== undefined && (
            <>
              <IconButton
                small
                label={`Only ${name} like this`}
                testId={TEST_IDS.include}
                onClick={() => onFilter({ field: filter, value })}
              >
                <Plus size={13} aria-hidden />
              </IconButton>
              <IconButton
                small
                label={`Without ${name} like this`}
                testId={TEST_IDS.exclude}
                onClick={() => onFilter({ field: filter, value, exclude: true })}
              >
                <Minus size={13} aria-hidden />
              </IconButton>
            </>
          )}
          <CopyButton small text={value} label={`Copy ${name}`} />
        </span>
      </td>
    </tr>
  )
}
