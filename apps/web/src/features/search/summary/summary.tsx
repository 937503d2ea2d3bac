'use client'

import type { AggregateOutput } from '@heartwood/api'
import type { ReactNode } from 'react'
import { TEST_IDS } from '../../../test-ids.ts'
import { bytesText } from '../../../ui/bytes-text.ts'
import { hasFilter } from '../edit-query.ts'
import { levelCounts } from '../histogram/prepare-histogram.ts'
import { LEVEL_FILL } from '../log-list/level-look.ts'
import { archiveText } from './answer-parts.ts'

export interface SummaryProps {
  readonly query: string
  readonly volume: AggregateOutput | undefined
  /** The counting was ended before it was done. */
  readonly uncounted: boolean
  /** There is no answer; why stands where the rows would be. */
  readonly failed: boolean
  readonly errors: AggregateOutput | undefined
  /** How long the list took, milliseconds. */
  readonly tookMillis: number | undefined
  /** How much of the store list and chart had to look at, bytes. */
  readonly readBytes: number | undefined
  /** How much of that had to be fetched from the archive, bytes. */
  readonly fetchedBytes: number
  onLevel(level: string): void
  onService(service: string): void
}

/** How much there is, of which level, and whose errors: each a filter to click. */
export function Summary(props: SummaryProps) {
  const {
    query,
    volume,
    uncounted,
    failed,
    errors,
    tookMillis,
    readBytes,
    fetchedBytes,
    onLevel,
    onService,
  } = props
  const levels = volume === undefined ? [] : levelCounts(volume)
  const services = errors?.top.slice(0, 5) ?? []
  const fromArchive =
    volume && archiveText(fetchedBytes > 0 ? { ...volume.read, fetched: fetchedBytes } : volume.read)
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-1.5 px-3 pt-2 text-xs xl:flex-nowrap">
      <p data-testid={TEST_IDS.total} role="status" className="text-dim tabular-nums sm:whitespace-nowrap">
        {volume === undefined ? (
          !failed && (uncounted ? 'Not counted' : 'Counting…')
        ) : (
          <>
            <strong className="text-[13px] font-semibold text-text">
              {volume.total.toLocaleString('en')}
            </strong>{' '}
            {volume.total === 1 ? 'event' : 'events'}
            {tookMillis !== undefined && ` · ${formatTook(tookMillis)}`}
            {readBytes !== undefined && readBytes > 0 && ` · ${bytesText(readBytes)} read`}
            {fromArchive !== undefined && ` · ${fromArchive}`}
            {volume.read.left_out !== undefined &&
              ` · up to ${volume.read.left_out.toLocaleString('en')} of the newest are missing`}
          </>
        )}
      </p>
      <ul
        className="flex min-w-0 items-center gap-1 overflow-x-auto [scrollbar-width:none] *:shrink-0 xl:shrink-0"
        aria-label="Levels"
      >
        {levels.map(({ level, count }) => (
          <li key={level}>
            <Chip
              testId={TEST_IDS.levelChip}
              pressed={hasFilter(query, { field: 'level', value: level })}
              label={`Filter by level ${level}`}
              onClick={() => onLevel(level)}
            >
              <span
                aria-hidden
                className="size-2 shrink-0 rounded-[2px]"
                style={{ background: LEVEL_FILL[level] }}
              />
              {level} <span className="text-faint tabular-nums">{count.toLocaleString('en')}</span>
            </Chip>
          </li>
        ))}
      </ul>
      {services.length > 0 && (
        <div className="flex min-w-0 items-center gap-1.5 xl:ml-auto">
          <span className="shrink-0 text-faint">Errors by service</span>
          <ul
            className="flex min-w-0 items-center gap-1 overflow-x-auto [scrollbar-width:none] *:shrink-0"
            aria-label="Errors by service"
          >
            {services.map(({ value, count }) => (
              <li key={value}>
                <Chip
                  testId={TEST_IDS.serviceChip}
                  pressed={hasFilter(query, { field: 'service', value })}
                  label={`Filter by service ${value}`}
                  onClick={() => onService(value)}
                >
                  <span className="max-w-36 truncate">{value}</span>
                  <span className="font-medium text-error tabular-nums">{count.toLocaleString('en')}</span>
                </Chip>
              </li>
            ))}
          </ul>
        </div>
      )}
    </div>
  )
}

function Chip(props: {
  testId: string
  pressed: boolean
  label: string
  onClick(): void
  children: ReactNode
}) {
  return (
    <button
      type="button"
      data-testid={props.testId}
      aria-pressed={props.pressed}
      title={props.label}
      onClick={props.onClick}
      className="inline-flex h-5.5 items-center gap-1.5 rounded border border-line px-1.5 whitespace-nowrap hover:border-line-strong hover:bg-hover aria-pressed:border-accent aria-pressed:bg-accent-soft"
    >
      {props.children}
    </button>
  )
}

function formatTook(millis: number): string {
  return millis < 1_000 ? `${Math.max(1, Math.round(millis))} ms` : `${(millis / 1_000).toFixed(1)} s`
}
