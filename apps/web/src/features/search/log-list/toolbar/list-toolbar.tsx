'use client'

import { ArrowDownNarrowWide, ArrowDownWideNarrow, Rows2, Rows3, Rows4, Search, WrapText } from 'lucide-react'
import type { ReactNode } from 'react'
import { TEST_IDS } from '../../../../test-ids.ts'
import { ExportMenu } from '../../export/export-menu.tsx'
import type { Search as SearchOfUrl } from '../../use-search.ts'
import { ColumnChooser } from '../columns/column-chooser.tsx'
import { DENSITIES, type Density } from '../list-look.ts'
import type { ListState } from '../use-list-state.ts'
import { CopySelected } from './copy-selected.tsx'
import { FindBar } from './find-bar.tsx'
import { ToolButton } from './tool-button.tsx'

const DENSITY_ICON = { compact: Rows4, normal: Rows3, roomy: Rows2 } as const

/** The row above the list: what is marked, find, and how the rows stand. */
export function ListToolbar(props: {
  readonly search: SearchOfUrl
  readonly state: ListState
  readonly fields: readonly string[]
  /** How many were found; undefined while that is not known. */
  readonly total: number | undefined
  /** What stands first: a live tail's. */
  readonly lead?: ReactNode
}) {
  const { search, state } = props
  const { look, setLook, selection, find } = state
  const Density = DENSITY_ICON[look.density]
  const isOldest = search.order === 'oldest'
  return (
    <div
      role="toolbar"
      aria-label="Rows"
      data-testid={TEST_IDS.listToolbar}
      className="flex min-h-8 shrink-0 flex-wrap items-center gap-x-1 border-y border-line bg-head px-2"
    >
      {props.lead}
      {selection.logs.size > 0 && (
        <CopySelected count={selection.logs.size} textOf={state.copied} onClear={state.clearSelection} />
      )}
      <span className="ml-auto" />
      {find.open ? (
        <FindBar
          text={find.text}
          matches={find.matches}
          at={find.at}
          held={find.held}
          isAll={find.isAll}
          input={find.input}
          onText={find.setText}
          onStep={find.step}
          onClose={find.close}
        />
      ) : (
        <ToolButton label="Find in the rows (Ctrl-F)" testId={TEST_IDS.findOpen} onClick={find.show}>
          <Search size={14} aria-hidden />
        </ToolButton>
      )}
      <ToolButton
        label={isOldest ? 'Oldest first. Show newest first' : 'Newest first. Show oldest first'}
        testId={TEST_IDS.order}
        aria-pressed={isOldest}
        onClick={() => search.arrange({ order: isOldest ? 'newest' : 'oldest' })}
      >
        {isOldest ? (
          <ArrowDownNarrowWide size={14} aria-hidden />
        ) : (
          <ArrowDownWideNarrow size={14} aria-hidden />
        )}
        <span className="max-md:sr-only">{isOldest ? 'Oldest first' : 'Newest first'}</span>
      </ToolButton>
      <ToolButton
        label="Wrap long lines"
        testId={TEST_IDS.wrap}
        aria-pressed={look.wrap}
        onClick={() => setLook({ ...look, wrap: !look.wrap })}
      >
        <WrapText size={14} aria-hidden />
      </ToolButton>
      <ToolButton
        label={`Rows: ${look.density}. Make them ${nextDensity(look.density)}`}
        testId={TEST_IDS.density}
        onClick={() => setLook({ ...look, density: nextDensity(look.density) })}
      >
        <Density size={14} aria-hidden />
      </ToolButton>
      <ColumnChooser
        shown={search.columns}
        fields={props.fields}
        onFields={(columns) => search.arrange({ columns })}
      />
      <ExportMenu search={search} total={props.total} />
    </div>
  )
}

function nextDensity(density: Density): Density {
  return DENSITIES[(DENSITIES.indexOf(density) + 1) % DENSITIES.length] ?? 'normal'
}
