'use client'

import type { ServiceShareJson } from '@heartwood/api'
import { useQuery } from '@tanstack/react-query'
import type { z } from 'zod'
import { apiErrorOf } from '../../../api/api-error.ts'
import { useTRPC } from '../../../api/api-provider.tsx'
import { TEST_IDS } from '../../../test-ids.ts'
import { bytesText } from '../../../ui/bytes-text.ts'
import { withFilter } from '../../search/edit-query.ts'
import { LogText } from '../../search/log-list/log-text.tsx'
import type { TimeRange } from '../../search/time-range/time-range.ts'
import { countText } from '../live/prepare-cards.ts'
import { logsHref } from './prepare-days.ts'

type Share = z.infer<typeof ServiceShareJson>

/** The services of a day, those with most events first. */
export function DayServices({ day, range }: { day: string; range: TimeRange }) {
  const trpc = useTRPC()
  const answer = useQuery(trpc.storageServices.queryOptions({ day }, { gcTime: 0 }))
  if (answer.isError) {
    const { title, message } = apiErrorOf(answer.error)
    return (
      <p role="alert" className="px-3 py-2 text-error">
        {title}: {message}
      </p>
    )
  }
  if (answer.data === undefined) return <p className="px-3 py-2 text-dim">Counting…</p>
  const { services, others, without_service, events } = answer.data
  return (
    <div data-testid={TEST_IDS.dayServices} className="px-3 py-2">
      <ul className="grid gap-x-8 gap-y-0.5 sm:grid-cols-2">
        {services.map(({ service, ...share }) => (
          <li key={service}>
            <Line share={share} of={events}>
              <a
                href={logsHref(range, withFilter('', { field: 'service', value: service }))}
                className="truncate underline decoration-line-strong underline-offset-2 hover:text-accent"
              >
                <LogText text={service} />
              </a>
            </Line>
          </li>
        ))}
        {others.events > 0 && (
          <li>
            <Line share={others} of={events}>
              <span className="text-dim">other services</span>
            </Line>
          </li>
        )}
        {without_service.events > 0 && (
          <li>
            <Line share={without_service} of={events}>
              <span className="text-dim">without a service</span>
            </Line>
          </li>
        )}
      </ul>
      <p className="mt-1.5 text-xs text-faint">
        Events are exact. Bytes are estimated from them: services lie in the same files.
      </p>
    </div>
  )
}

function Line(props: { share: Share; of: number; children: React.ReactNode }) {
  const { share, of } = props
  const part = of === 0 ? 0 : share.events / of
  return (
    <div className="grid grid-cols-[minmax(0,1fr)_auto_4.5rem_5rem] items-baseline gap-x-3 tabular-nums">
      {props.children}
      <span className="text-right">{countText(share.events)}</span>
      <span className="text-right text-dim">{(part * 100).toFixed(1)} %</span>
      <span className="text-right text-dim">≈ {bytesText(share.estimated_bytes)}</span>
    </div>
  )
}
