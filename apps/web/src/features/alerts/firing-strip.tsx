'use client'

import { formatDistanceToNowStrict } from 'date-fns'
import { BellRing, X } from 'lucide-react'
import { useState } from 'react'
import { TEST_IDS } from '../../test-ids.ts'
import { IconButton } from '../../ui/button.tsx'
import { InPageLink } from '../../ui/in-page-link.tsx'
import type { AlertLine } from './prepare-alerts.ts'
import { useAlerts } from './use-alerts.ts'

const LOOK = {
  critical: 'border-error/40 bg-error-soft text-error',
  warning: 'border-warn/40 bg-warn-soft text-warn',
  info: 'border-line bg-panel text-dim',
} as const

/** The worst alert that fires, with the way to its logs, in sight of whoever was woken by it. */
export function FiringStrip({ onShow }: { onShow(search: AlertLine['search']): void }) {
  const { view } = useAlerts()
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set())
  const firing = view.lines.filter((line) => line.state === 'firing')
  const line = firing.find((candidate) => !closed.has(nameOf(candidate)))
  if (line === undefined) return null
  const others = firing.length - 1
  return (
    <section
      aria-label="Firing alert"
      data-testid={TEST_IDS.firingStrip}
      className={`flex shrink-0 items-center gap-2.5 border-y py-1 pr-2 pl-3 ${LOOK[line.severity]}`}
    >
      <BellRing size={15} className="shrink-0" aria-hidden />
      <p className="min-w-0 flex-1 truncate">
        <strong className="font-semibold">{line.name}</strong>
        <span className="text-text max-sm:hidden">
          {' '}
          · {line.value?.toLocaleString('en') ?? 'no'} now, {line.condition}
          {line.since !== undefined && ` · for ${formatDistanceToNowStrict(line.since)}`}
          {others > 0 && ` · and ${others} more`}
        </span>
      </p>
      <InPageLink
        href={line.href}
        className="shrink-0 rounded-md px-2 py-0.5 font-semibold underline underline-offset-2 hover:bg-hover"
        onGo={() => onShow(line.search)}
      >
        Show its logs
      </InPageLink>
      <IconButton
        label="Close until it fires again"
        small
        onClick={() => setClosed(new Set([...closed, nameOf(line)]))}
      >
        <X size={14} aria-hidden />
      </IconButton>
    </section>
  )
}

/** Names this time that it fires. */
function nameOf(line: AlertLine): string {
  return `${line.name} ${line.since}`
}
