'use client'

import { ChevronRight } from 'lucide-react'
import { useState } from 'react'
import { LogText } from '../../log-list/log-text.tsx'
import type { DetailsActions } from '../details-actions.ts'
import { LongText } from './long-text.tsx'
import { type NestedPart, nestedParts } from './nested-parts.ts'
import { ValueMenu } from './value-menu.tsx'

/** Parts of one level that are shown at first. */
const MAX_PARTS = 50
/** Levels that are open from the start. */
const OPEN_LEVELS = 2

/** What is inside an object or a list, as a tree. */
export function NestedValue(props: {
  readonly name: string
  readonly value: unknown
  readonly actions: DetailsActions
  readonly level?: number
}) {
  const { level = 0 } = props
  const [all, setAll] = useState(false)
  const parts = nestedParts(props.name, props.value)
  if (parts.length === 0) return Array.isArray(props.value) ? '[]' : '{}'
  return (
    <ul className={level > 0 ? 'ml-1.5 border-l border-line pl-2' : undefined}>
      {(all ? parts : parts.slice(0, MAX_PARTS)).map((part) => (
        <Part key={part.label} part={part} actions={props.actions} level={level} />
      ))}
      {!all && parts.length > MAX_PARTS && (
        <li>
          <button
            type="button"
            className="font-sans text-xs font-medium text-accent hover:underline"
            onClick={() => setAll(true)}
          >
            Show all {parts.length.toLocaleString('en')}
          </button>
        </li>
      )}
    </ul>
  )
}

function Part({ part, actions, level }: { part: NestedPart; actions: DetailsActions; level: number }) {
  const [open, setOpen] = useState(level < OPEN_LEVELS)
  const { label, inside, row } = part
  if (inside === undefined) {
    return (
      <li className="flex items-start gap-1">
        <span className="min-w-0 flex-1">
          <span className="text-faint">
            <LogText text={label} />:
          </span>{' '}
          <LongText text={row.value} />
        </span>
        <ValueMenu row={row} actions={actions} />
      </li>
    )
  }
  return (
    <li>
      <button
        type="button"
        aria-expanded={open}
        className="inline-flex items-center gap-0.5 text-faint hover:text-text"
        onClick={() => setOpen(!open)}
      >
        <ChevronRight size={12} aria-hidden className={open ? 'rotate-90' : undefined} />
        <LogText text={label} /> <span className="text-faint">{inside.summary}</span>
      </button>
      {open && <NestedValue name={row.name} value={inside.value} actions={actions} level={level + 1} />}
    </li>
  )
}
