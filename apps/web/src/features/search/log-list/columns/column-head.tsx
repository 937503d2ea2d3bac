// biome-ignore-all lint/a11y/useSemanticElements: rows are placed by position, which a <table> cannot be
// biome-ignore-all lint/a11y/useFocusableInteractive: what can be done with a column is behind its button and its handle
'use client'

import { ArrowLeft, ArrowRight, MoveHorizontal, X } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import { type KeyboardEvent, type ReactNode, useState } from 'react'
import { TEST_IDS } from '../../../../test-ids.ts'
import { MAX_WIDTH, MIN_WIDTH, WIDTH_STEP, withMoved, withoutColumn } from './column-model.ts'
import type { useColumns } from './use-columns.ts'

type Header = ReturnType<typeof useColumns>['headers'][number]

export interface ColumnHeadProps {
  readonly fields: readonly string[]
  readonly headers: readonly Header[]
  onFields(fields: string[]): void
  onWidth(field: string, width: number): void
  /** Makes a column as wide as what is in it. */
  onFit(field: string): void
}

/** The names of the columns: dragged to move, their edges dragged to resize, all of it by keyboard too. */
export function ColumnHead(props: ColumnHeadProps) {
  const [dragged, setDragged] = useState<string>()
  const [over, setOver] = useState<string>()
  const { fields, headers } = props
  return (
    <div role="rowgroup" className="log-head-group">
      <div role="row" aria-rowindex={1} className="log-head">
        <span role="columnheader" aria-label="Select and expand" />
        {headers.map((header, i) => {
          const { field } = header.column
          return (
            <span
              key={field}
              role="columnheader"
              data-testid={TEST_IDS.columnHead}
              data-field={field}
              draggable
              onDragStart={(event) => {
                event.dataTransfer.effectAllowed = 'move'
                event.dataTransfer.setData('text/plain', field)
                setDragged(field)
              }}
              onDragOver={(event) => {
                if (dragged === undefined) return
                event.preventDefault()
                setOver(field)
              }}
              onDragEnd={() => {
                setDragged(undefined)
                setOver(undefined)
              }}
              onDrop={(event) => {
                event.preventDefault()
                if (dragged !== undefined) props.onFields(withMoved(fields, dragged, i))
                setDragged(undefined)
                setOver(undefined)
              }}
              className={`log-head-cell ${dragged === field ? 'opacity-40' : ''} ${over === field && dragged !== field ? 'bg-accent-soft' : ''}`}
            >
              <ColumnMenu {...props} header={header} at={i} />
              {i < headers.length - 1 && <ResizeHandle {...props} header={header} />}
            </span>
          )
        })}
      </div>
    </div>
  )
}

function ColumnMenu({ header, at, fields, ...props }: ColumnHeadProps & { header: Header; at: number }) {
  const { field, title } = header.column
  const move = (step: number) => props.onFields(withMoved(fields, field, at + step))
  const remove = () => props.onFields(withoutColumn(fields, field))
  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowLeft' ? -1 : event.key === 'ArrowRight' ? 1 : 0
    if (event.altKey && step !== 0) move(step)
    else if (event.shiftKey && step !== 0) props.onWidth(field, header.width + step * WIDTH_STEP)
    else if (event.key === 'Delete') remove()
    else return
    event.preventDefault()
    event.stopPropagation()
  }
  return (
    <DropdownMenu.Root>
      <DropdownMenu.Trigger
        onKeyDown={onKeyDown}
        title={`${title}\nDrag to move. Keys: Alt and an arrow move, Shift and an arrow resize, Delete removes`}
        className="min-w-0 truncate rounded text-left hover:text-text focus-visible:outline-offset-[-2px]"
      >
        {title}
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align="start"
          sideOffset={4}
          className="z-40 min-w-40 rounded-lg border border-line bg-raised p-1 text-[13px] shadow-pop"
        >
          <Item onSelect={() => move(-1)} disabled={at === 0} icon={<ArrowLeft size={14} />}>
            Move left
          </Item>
          <Item onSelect={() => move(1)} disabled={at === fields.length - 1} icon={<ArrowRight size={14} />}>
            Move right
          </Item>
          <Item onSelect={() => props.onFit(field)} icon={<MoveHorizontal size={14} />}>
            Fit to what is shown
          </Item>
          <Item onSelect={remove} disabled={fields.length === 1} icon={<X size={14} />}>
            Remove column
          </Item>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}

function Item(props: { onSelect(): void; disabled?: boolean; icon: ReactNode; children: ReactNode }) {
  return (
    <DropdownMenu.Item
      disabled={props.disabled ?? false}
      onSelect={props.onSelect}
      className="flex cursor-pointer items-center gap-2 rounded px-2 py-1 text-dim outline-none data-disabled:opacity-40 data-highlighted:bg-hover data-highlighted:text-text"
    >
      {props.icon}
      {props.children}
    </DropdownMenu.Item>
  )
}

function ResizeHandle({ header, onWidth, onFit }: ColumnHeadProps & { header: Header }) {
  const { field, title } = header.column
  return (
    <span
      role="separator"
      aria-orientation="vertical"
      aria-label={`Width of ${title}`}
      aria-valuenow={header.width}
      aria-valuemin={MIN_WIDTH}
      aria-valuemax={MAX_WIDTH}
      tabIndex={0}
      data-testid={TEST_IDS.columnResize}
      draggable
      // The handle resizes and does not move the column it stands in.
      onDragStart={(event) => {
        event.preventDefault()
        event.stopPropagation()
      }}
      onMouseDown={header.onResizeStart}
      onTouchStart={header.onResizeStart}
      onDoubleClick={() => onFit(field)}
      onKeyDown={(event) => {
        const step = event.key === 'ArrowLeft' ? -1 : event.key === 'ArrowRight' ? 1 : 0
        if (step !== 0) onWidth(field, header.width + step * WIDTH_STEP)
        else if (event.key === 'Enter') onFit(field)
        else return
        event.preventDefault()
        event.stopPropagation()
      }}
      className={`log-resize ${header.isResizing ? 'bg-accent' : ''}`}
    />
  )
}
