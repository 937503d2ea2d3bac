'use client'

import type { LogJson } from '@heartwood/api'
import { useEffect, useRef } from 'react'
import { useTimeZone } from '../../../time-zone/use-time-zone.tsx'
import { LEVEL_FILL, LEVEL_TEXT } from '../../log-list/level-look.ts'
import { LogText } from '../../log-list/log-text.tsx'
import { rowTime } from '../../log-list/log-time.ts'

const MAX_SHOWN = 300

/** One line around an event; a click shows its details. */
export function ContextLine(props: {
  readonly log: LogJson
  /** It is the event itself. */
  readonly marked: boolean
  /** Its service is said, since the lines are of several. */
  readonly named: boolean
  onOpen(id: string): void
}) {
  const { log, marked } = props
  const { zone } = useTimeZone()
  const line = useRef<HTMLLIElement>(null)
  useEffect(() => {
    if (marked) line.current?.scrollIntoView({ block: 'center' })
  }, [marked])
  return (
    <li ref={line} className="relative">
      <button
        type="button"
        aria-current={marked ? 'true' : undefined}
        className={`block w-full py-[2px] pr-1 pl-3 text-left font-mono text-[12px] leading-[18px] ${marked ? 'bg-picked' : 'hover:bg-hover'}`}
        onClick={() => !marked && props.onOpen(log.id)}
      >
        <span
          aria-hidden
          className="absolute inset-y-[2px] left-0.5 w-[3px] rounded-full"
          style={{ background: LEVEL_FILL[log.level] }}
        />
        <span className="line-clamp-2 wrap-anywhere">
          <span className="mr-2 text-dim tabular-nums">{rowTime(log['@timestamp'], 'clock', zone)}</span>
          {(log.level === 'error' || log.level === 'fatal' || log.level === 'warn') && (
            <span className={`mr-2 ${LEVEL_TEXT[log.level]}`}>{log.level}</span>
          )}
          {props.named && log.service !== undefined && (
            <span className="mr-2 text-dim">
              <LogText text={log.service} />
            </span>
          )}
          <LogText text={log.message.slice(0, MAX_SHOWN)} />
        </span>
      </button>
    </li>
  )
}
