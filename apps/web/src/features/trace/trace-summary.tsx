'use client'

import { CornerDownRight } from 'lucide-react'
import { TEST_IDS } from '../../test-ids.ts'
import { durationText } from '../search/details/fields/readable-value.ts'
import { LEVEL_FILL } from '../search/log-list/level-look.ts'
import { LogText } from '../search/log-list/log-text.tsx'
import { rowTime } from '../search/log-list/log-time.ts'
import { timeTitle } from '../time-zone/format-time.ts'
import { useTimeZone } from '../time-zone/use-time-zone.tsx'
import type { TraceFacts } from './prepare-facts.ts'
import { offsetNanos, offsetText } from './trace-times.ts'
import type { Trace } from './use-trace.ts'

/** How long it took, what went wrong first, and its levels to choose from. */
export function TraceSummary(props: { facts: TraceFacts; trace: Trace; onShow(id: string): void }) {
  const { facts, trace } = props
  const { first, last, total, services, levels, firstError } = facts
  const { zone, local } = useTimeZone()
  return (
    <section aria-label="Summary" className="shrink-0 bg-head px-3 pt-2.5 pb-2">
      <div className="flex flex-wrap items-baseline gap-x-5 gap-y-1.5">
        <p data-testid={TEST_IDS.traceFacts} className="text-dim tabular-nums">
          <strong className="text-[17px] font-semibold text-text">
            {durationText(offsetNanos(last, first))}
          </strong>{' '}
          · {count(total, 'line')} · {count(services.length, 'service')} ·{' '}
          <time
            dateTime={first['@timestamp']}
            onPointerEnter={(event) => {
              event.currentTarget.title = timeTitle(first['@timestamp'], { page: zone, local }, Date.now())
            }}
            className="whitespace-nowrap"
          >
            {rowTime(first['@timestamp'], 'year', zone)}
          </time>
        </p>
        <ul aria-label="Levels" className="flex flex-wrap gap-1 text-xs">
          {levels.map(({ value, count: lines }) => (
            <li key={value}>
              <button
                type="button"
                data-testid={TEST_IDS.traceLevel}
                aria-pressed={trace.chosen.level.includes(value)}
                className="inline-flex h-5.5 items-center gap-1.5 rounded border border-line px-1.5 hover:border-line-strong hover:bg-hover aria-pressed:border-accent aria-pressed:bg-accent-soft"
                onClick={() => trace.toggleLevel(value)}
              >
                <span
                  aria-hidden
                  className="size-2 shrink-0 rounded-[2px]"
                  style={{ background: LEVEL_FILL[value] }}
                />
                {value} <span className="text-faint tabular-nums">{lines.toLocaleString('en')}</span>
              </button>
            </li>
          ))}
        </ul>
      </div>
      {firstError !== undefined && (
        <button
          type="button"
          data-testid={TEST_IDS.firstError}
          className="mt-2 flex w-full min-w-0 items-baseline gap-2.5 rounded-md border border-error/30 bg-error-soft px-2.5 py-1.5 text-left hover:border-error max-sm:flex-wrap"
          onClick={() => props.onShow(firstError.id)}
        >
          <span className="flex shrink-0 items-baseline gap-1.5 font-semibold text-error">
            <CornerDownRight size={13} aria-hidden className="self-center" /> First error
          </span>
          <span className="shrink-0 text-dim tabular-nums">{offsetText(offsetNanos(firstError, first))}</span>
          <span className="max-w-48 shrink-0 truncate font-medium">
            <LogText text={firstError.service ?? 'no service'} />
          </span>
          <span className="min-w-0 flex-1 truncate font-mono text-[12px] max-sm:basis-full">
            <LogText text={firstError.message.slice(0, 500)} />
          </span>
        </button>
      )}
    </section>
  )
}

function count(many: number, what: string): string {
  return `${many.toLocaleString('en')} ${what}${many === 1 ? '' : 's'}`
}
