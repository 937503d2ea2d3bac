'use client'

import type { LogJson } from '@heartwood/api'
import { ChevronDown, ChevronUp, X } from 'lucide-react'
import { IconButton } from '../../../ui/button.tsx'
import { TimeFacts } from '../../time-zone/time-facts.tsx'
import { useTimeZone } from '../../time-zone/use-time-zone.tsx'
import { CopyLinkMenu, type EventLinks } from '../links/copy-link-menu.tsx'
import { LEVEL_FILL, LEVEL_TEXT } from '../log-list/level-look.ts'
import { LogText } from '../log-list/log-text.tsx'
import { rowTime } from '../log-list/log-time.ts'

export interface DetailsHeadProps {
  readonly log: LogJson | undefined
  /** Paths that lead to the event. */
  readonly linksOf: (log: LogJson) => EventLinks
  /** To the row above or below; undefined where there are no rows. */
  readonly onStep: ((step: 1 | -1) => void) | undefined
  onClose(): void
}

/** What the event is at a glance, and the way to its neighbours and out. */
export function DetailsHead({ log, linksOf, onStep, onClose }: DetailsHeadProps) {
  const { zone } = useTimeZone()
  return (
    <header className="flex min-h-10 shrink-0 items-center gap-2 border-b border-line py-1 pr-1.5 pl-3">
      <div className="flex min-w-0 flex-1 flex-wrap items-baseline gap-x-2.5">
        {log !== undefined && (
          <>
            <span
              className={`inline-flex items-center gap-1.5 font-mono text-[12px] ${LEVEL_TEXT[log.level]}`}
            >
              <span
                aria-hidden
                className="h-3 w-[3px] rounded-full"
                style={{ background: LEVEL_FILL[log.level] }}
              />
              {log.level === 'unknown' ? 'no level' : log.level}
            </span>
            {log.service !== undefined && (
              <span className="min-w-0 truncate font-semibold">
                <LogText text={log.service} />
              </span>
            )}
            <TimeFacts iso={log['@timestamp']} shown={rowTime(log['@timestamp'], 'year', zone)} />
          </>
        )}
      </div>
      <div className="flex shrink-0 items-center">
        {onStep !== undefined && (
          <>
            <IconButton label="Row above (k)" onClick={() => onStep(-1)}>
              <ChevronUp size={16} aria-hidden />
            </IconButton>
            <IconButton label="Row below (j)" onClick={() => onStep(1)}>
              <ChevronDown size={16} aria-hidden />
            </IconButton>
          </>
        )}
        {log !== undefined && <CopyLinkMenu links={linksOf(log)} />}
        <IconButton label="Close (Esc)" onClick={onClose}>
          <X size={16} aria-hidden />
        </IconButton>
      </div>
    </header>
  )
}
