'use client'

import { formatDistanceToNowStrict } from 'date-fns'
import { Bell, BellRing } from 'lucide-react'
import { Popover } from 'radix-ui'
import { useState } from 'react'
import { TEST_IDS } from '../../test-ids.ts'
import { InPageLink } from '../../ui/in-page-link.tsx'
import { PopoverPanel } from '../../ui/popover-panel.tsx'
import type { AlertLine } from './prepare-alerts.ts'
import { useAlerts } from './use-alerts.ts'

const SEVERITY_LOOK = { critical: 'text-error', warning: 'text-warn', info: 'text-dim' } as const

/** How many rules fire, and on a click which, each with the way to its logs. */
export function AlertsIndicator({ onShow }: { onShow(search: AlertLine['search']): void }) {
  const { view, isError, isSuccess } = useAlerts()
  const [open, setOpen] = useState(false)
  const label = view.firing === 0 ? 'Alerts: none firing' : `Alerts: ${view.firing} firing`
  const Icon = view.firing > 0 ? BellRing : Bell
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger
        aria-label={label}
        title={label}
        data-testid={TEST_IDS.alerts}
        className={`inline-flex h-7 min-w-7 shrink-0 items-center justify-center gap-1 rounded-md px-1.5 font-semibold hover:bg-hover ${view.worst === undefined ? 'text-dim' : SEVERITY_LOOK[view.worst]}`}
      >
        <Icon size={15} aria-hidden />
        {view.firing > 0 && <span className="tabular-nums">{view.firing}</span>}
      </Popover.Trigger>
      <PopoverPanel
        label="Alert rules"
        testId={TEST_IDS.alertsList}
        className="max-h-[70vh] w-96 overflow-y-auto p-1.5"
      >
        {isError && <p className="px-2 py-1.5 text-dim">The alerter does not answer right now.</p>}
        {isSuccess && view.lines.length === 0 && (
          <p className="px-2 py-1.5 text-dim">There are no alert rules.</p>
        )}
        <ul>
          {view.lines.map((line) => (
            <li key={line.name}>
              <InPageLink
                href={line.href}
                className="block rounded-md px-2 py-1.5 hover:bg-hover"
                onGo={() => {
                  setOpen(false)
                  onShow(line.search)
                }}
              >
                <AlertText line={line} />
              </InPageLink>
            </li>
          ))}
        </ul>
      </PopoverPanel>
    </Popover.Root>
  )
}

function AlertText({ line }: { line: AlertLine }) {
  return (
    <>
      <span className="flex items-baseline gap-2">
        <span className="min-w-0 flex-1 truncate font-medium">{line.name}</span>
        <span
          className={`text-xs font-semibold ${line.state === 'firing' ? SEVERITY_LOOK[line.severity] : 'text-faint'}`}
        >
          {line.state === 'firing' ? `${line.severity}, firing` : line.state}
        </span>
      </span>
      <span className="block text-xs text-dim">
        {line.condition}
        {line.value !== undefined && ` · now ${line.value.toLocaleString('en')}`}
        {line.state === 'firing' &&
          line.since !== undefined &&
          ` · for ${formatDistanceToNowStrict(line.since)}`}
      </span>
      {line.state === 'firing' && line.description !== undefined && (
        <span className="block text-xs text-dim">{line.description}</span>
      )}
      <span className="block truncate font-mono text-xs text-faint">{line.search.query}</span>
      {line.error !== undefined && <span className="block text-xs text-error">{line.error}</span>}
    </>
  )
}
