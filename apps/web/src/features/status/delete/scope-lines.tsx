'use client'

import { TEST_IDS } from '../../../test-ids.ts'
import { LogText } from '../../search/log-list/log-text.tsx'
import { rangeLabel } from '../../search/time-range/time-range.ts'
import { useTimeZone } from '../../time-zone/use-time-zone.tsx'
import { countText } from '../live/prepare-cards.ts'
import type { Counted } from './use-delete.ts'

/** Which logs they are: query, range and services. */
export function ScopeLines({ counted }: { counted: Counted }) {
  const { scope, services, matched } = counted
  const { zone } = useTimeZone()
  const listed = services.reduce((sum, { count }) => sum + count, 0)
  return (
    <dl className="mt-3 grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1 rounded-md bg-sunken px-3 py-2">
      <dt className="text-dim">Query</dt>
      <dd className="font-mono text-[12.5px] break-words">
        {scope.query === '*' ? '* (everything)' : <LogText text={scope.query} />}
      </dd>
      <dt className="text-dim">Range</dt>
      <dd>
        {rangeLabel({ from: scope.from_time, to: scope.to_time }, Date.now(), zone)}{' '}
        <span className="text-dim">({zone})</span>
      </dd>
      {matched > 0 && (
        <>
          <dt className="text-dim">Services</dt>
          <dd data-testid={TEST_IDS.deleteServices}>
            {services.map(({ value, count }, index) => (
              <span key={value}>
                {index > 0 && ', '}
                <LogText text={value} /> <span className="text-dim tabular-nums">{countText(count)}</span>
              </span>
            ))}
            {listed < matched && (
              <span className="text-dim">
                {services.length > 0 && ', '}
                {countText(matched - listed)} of others or without a service
              </span>
            )}
          </dd>
        </>
      )}
    </dl>
  )
}
