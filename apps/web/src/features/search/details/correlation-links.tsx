'use client'

import type { LogJson } from '@heartwood/api'
import { Waypoints } from 'lucide-react'
import { TEST_IDS } from '../../../test-ids.ts'
import { correlationHref } from '../../trace/correlation.ts'

/** To all lines of the trace and of the request an event belongs to. */
export function CorrelationLinks({ log }: { log: LogJson }) {
  const trace = log.trace_id === undefined ? undefined : correlationHref('trace_id', log.trace_id)
  const request = log.request_id === undefined ? undefined : correlationHref('request_id', log.request_id)
  if (trace === undefined && request === undefined) return null
  return (
    <div className="flex shrink-0 flex-wrap gap-1.5 px-3 pb-2">
      {trace !== undefined && (
        <WayOn href={trace} testId={TEST_IDS.traceLink}>
          Whole trace
        </WayOn>
      )}
      {request !== undefined && (
        <WayOn href={request} testId={TEST_IDS.requestLink}>
          Whole request
        </WayOn>
      )}
    </div>
  )
}

function WayOn({ href, testId, children }: { href: string; testId: string; children: string }) {
  return (
    <a
      href={href}
      data-testid={testId}
      className="inline-flex h-7 items-center gap-1.5 rounded-md border border-line-strong bg-panel px-2.5 font-medium hover:bg-hover"
    >
      <Waypoints size={14} aria-hidden /> {children}
    </a>
  )
}
