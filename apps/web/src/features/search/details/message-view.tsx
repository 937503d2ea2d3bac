'use client'

import type { LogJson } from '@heartwood/api'
import { useMemo, useState } from 'react'
import { TEST_IDS } from '../../../test-ids.ts'
import { CopyButton } from '../../../ui/copy.tsx'
import { laidOutMessage } from '../json/message-parts.ts'
import type { Highlighter } from '../log-list/highlight.ts'
import { LogText } from '../log-list/log-text.tsx'
import type { DetailsActions } from './details-actions.ts'
import { beginningOf } from './fields/beginning-of.ts'
import { messageRow } from './fields/fields-of.ts'
import { ValueMenu } from './fields/value-menu.tsx'

/** More than the list shows, and not so much that the fields are out of sight. */
const LIMIT = 3_000

/** The whole message, over several lines; JSON in it is laid out, and can be seen as it came. */
export function MessageView(props: { log: LogJson; highlight: Highlighter; actions: DetailsActions }) {
  const { log } = props
  const laidOut = useMemo(() => laidOutMessage(log.message), [log.message])
  const [asItCame, setAsItCame] = useState(false)
  const [whole, setWhole] = useState(false)
  const text = laidOut === undefined || asItCame ? log.message : laidOut
  const beginning = beginningOf(text, LIMIT)
  const shown = whole ? text : beginning
  const isLong = beginning !== text
  return (
    <section aria-label="Message" className="shrink-0 px-3 pt-2 pb-2.5">
      <div className="flex items-start gap-1">
        <pre
          data-testid={TEST_IDS.detailsMessage}
          className={`min-w-0 flex-1 py-1 text-[12.5px] leading-5 wrap-anywhere whitespace-pre-wrap ${MESSAGE_TONE[tone(log)]}`}
        >
          {text === '' ? <span className="text-faint">(no message)</span> : null}
          <LogText text={shown} hits={props.highlight(shown)} lines />
        </pre>
        <CopyButton text={log.message} label="Copy message" />
        <span className="py-[3px]">
          <ValueMenu row={messageRow(log)} actions={props.actions} />
        </span>
      </div>
      <div className="flex gap-3 text-xs font-medium text-accent">
        {isLong && (
          <button type="button" className="hover:underline" onClick={() => setWhole(!whole)}>
            {whole ? 'Show less' : `Show all ${text.length.toLocaleString('en')} characters`}
          </button>
        )}
        {laidOut !== undefined && (
          <button type="button" className="hover:underline" onClick={() => setAsItCame(!asItCame)}>
            {asItCame ? 'Lay out as JSON' : 'As it came'}
          </button>
        )}
      </div>
    </section>
  )
}

const MESSAGE_TONE = { calm: '', warn: 'text-warn', error: 'text-error' } as const

function tone(log: LogJson): keyof typeof MESSAGE_TONE {
  if (log.level === 'error' || log.level === 'fatal') return 'error'
  return log.level === 'warn' ? 'warn' : 'calm'
}
