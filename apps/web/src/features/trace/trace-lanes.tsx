'use client'

import type { LogJson } from '@heartwood/api'
import { useMemo } from 'react'
import { TEST_IDS } from '../../test-ids.ts'
import { durationText } from '../search/details/fields/readable-value.ts'
import { LEVEL_FILL } from '../search/log-list/level-look.ts'
import { LogText } from '../search/log-list/log-text.tsx'
import type { TraceFacts } from './prepare-facts.ts'
import { type Lane, type Lanes, type Mark, prepareLanes } from './prepare-lanes.ts'
import type { Trace } from './use-trace.ts'

/** When each service wrote: a lane each, over one axis of time. A service is chosen by its name. */
export function TraceLanes(props: { trace: Trace; facts: TraceFacts; onShow(id: string): void }) {
  const { trace, facts } = props
  const { lines, chosen } = trace
  const lanes = useMemo(() => prepareLanes(lines.logs ?? []), [lines.logs])
  const countOf = new Map(facts.services.map(({ value, count }) => [value, count]))
  return (
    <section aria-label="Services over time" className="shrink-0 bg-head px-3 pb-2">
      {!lines.whole && (
        <p data-testid={TEST_IDS.traceBounds} className="pb-1.5 text-dim">
          The lanes show the first {(lines.logs?.length ?? 0).toLocaleString('en')} of{' '}
          {facts.total.toLocaleString('en')} lines, {durationText(lanes.nanos)} of the whole time.
        </p>
      )}
      <div className="max-h-[32vh] overflow-y-auto">
        <div className="relative">
          {lanes.lanes.map((lane) => (
            <LaneRow
              key={lane.service}
              lane={lane}
              gaps={lanes.gaps}
              count={countOf.get(lane.service) ?? 0}
              chosen={chosen.service.includes(lane.service)}
              faded={chosen.service.length > 0 && !chosen.service.includes(lane.service)}
              onChoose={() => trace.toggleService(lane.service)}
              onShow={(log) => props.onShow(log.id)}
            />
          ))}
        </div>
      </div>
      <Axis lanes={lanes} />
    </section>
  )
}

const NAME = 'w-44 shrink-0 max-sm:w-28'

function LaneRow(props: {
  lane: Lane
  gaps: Lanes['gaps']
  count: number
  chosen: boolean
  faded: boolean
  onChoose(): void
  onShow(log: LogJson): void
}) {
  const { lane, count } = props
  return (
    <div className={`flex h-6 items-center gap-2 ${props.faded ? 'opacity-45' : ''}`}>
      <button
        type="button"
        data-testid={TEST_IDS.traceService}
        aria-pressed={props.chosen}
        title={lane.service}
        className={`${NAME} flex h-5.5 items-center gap-1.5 rounded border border-transparent px-1.5 text-left hover:bg-hover aria-pressed:border-accent aria-pressed:bg-accent-soft`}
        onClick={props.onChoose}
      >
        <span className="min-w-0 flex-1 truncate">
          {lane.service === '' ? <i className="text-dim">no service</i> : <LogText text={lane.service} />}
        </span>
        <span className="text-xs text-faint tabular-nums">{count.toLocaleString('en')}</span>
      </button>
      {/* The list below has the same for the keyboard and for readers of text. */}
      <div aria-hidden className="relative mr-1 h-full min-w-0 flex-1 border-b border-line">
        {props.gaps.map(({ from, to }) => (
          <span key={from} className="gap-hatch absolute inset-y-0" style={place(from, to)} />
        ))}
        {lane.spans.map(({ key, from, to }) => (
          <span
            key={key}
            title={key}
            className="absolute inset-y-[7px] min-w-1 rounded-full bg-accent-soft"
            style={place(from, to)}
          />
        ))}
        {lane.marks.map((mark) => (
          <LaneMark key={mark.at} mark={mark} onShow={props.onShow} />
        ))}
      </div>
    </div>
  )
}

function LaneMark({ mark, onShow }: { mark: Mark; onShow(log: LogJson): void }) {
  const { level, log, count, at } = mark
  const stands = level === 'error' || level === 'fatal' || level === 'warn'
  return (
    <button
      type="button"
      tabIndex={-1}
      title={`${level}${count > 1 ? `, ${count} lines` : ''}: ${log.message.slice(0, 120)}`}
      className={`absolute -ml-1 flex w-2 justify-center ${stands ? 'inset-y-[3px] z-10' : 'inset-y-[7px]'}`}
      style={{ left: `${at * 100}%` }}
      onClick={() => onShow(log)}
    >
      <span
        className={`h-full rounded-full ${stands ? 'w-[4px]' : 'w-[3px]'}`}
        style={{ background: LEVEL_FILL[level] }}
      />
    </button>
  )
}

const TICKS = [0, 0.25, 0.5, 0.75, 1] as const

function Axis({ lanes }: { lanes: Lanes }) {
  if (lanes.nanos === 0) return null
  return (
    <div aria-hidden className="flex gap-2 pt-1 text-[11px] text-faint tabular-nums">
      <span className={NAME} />
      <div className="relative mr-1 h-3.5 flex-1">
        {TICKS.map((tick) => (
          <span
            key={tick}
            className={`absolute whitespace-nowrap ${tick === 0 ? '' : tick === 1 ? '-translate-x-full' : '-translate-x-1/2 max-sm:hidden'}`}
            style={{ left: `${tick * 100}%` }}
          >
            {tick === 0 ? '0' : durationText(lanes.nanos * tick)}
          </span>
        ))}
      </div>
    </div>
  )
}

function place(from: number, to: number): { left: string; width: string } {
  return { left: `${from * 100}%`, width: `${(to - from) * 100}%` }
}
