'use client'

import type { LogJson } from '@heartwood/api'
import { memo, useMemo, useState } from 'react'
import { TEST_IDS } from '../../../../test-ids.ts'
import { bytesText } from '../../../../ui/bytes-text.ts'
import { CopyButton } from '../../../../ui/copy.tsx'
import { messageParts } from '../../json/message-parts.ts'
import { fieldText } from '../columns/field-text.ts'
import type { Highlighter } from '../highlight.ts'
import { LogText } from '../log-text.tsx'
import { textBlocks } from './text-blocks.ts'

/** More is shown on request. */
const SHOWN = 16_000

/** Below an expanded row: its whole message, JSON laid out, and its attributes in one glance. */
export const ExpandedRow = memo(function ExpandedRow({
  log,
  highlight,
}: {
  log: LogJson
  highlight: Highlighter
}) {
  const parts = useMemo(() => messageParts(log.message), [log.message])
  const attributes = Object.keys(log.attributes).sort()
  return (
    <div
      data-testid={TEST_IDS.expandedRow}
      className="mr-3 mb-1.5 ml-[38px] rounded-md border border-line bg-sunken/60 font-mono text-[12px] leading-[18px] max-sm:ml-4"
    >
      <div className="flex items-start gap-1">
        <div className="min-w-0 flex-1 px-2.5 py-1.5">
          {parts.before.trim() !== '' && <LongText text={parts.before} highlight={highlight} />}
          {parts.json !== undefined && <LongText text={parts.json} highlight={highlight} />}
        </div>
        <CopyButton text={log.message} label="Copy message" />
      </div>
      {attributes.length > 0 && (
        <dl className="flex flex-wrap gap-x-4 gap-y-0.5 border-t border-line px-2.5 py-1">
          {attributes.map((name) => (
            <div key={name} className="flex min-w-0 gap-1.5">
              <dt className="shrink-0 text-faint">
                <LogText text={name} />
              </dt>
              <dd className="min-w-0 truncate text-dim">
                <LogText text={fieldText(log, `attributes.${name}`).slice(0, 200)} />
              </dd>
            </div>
          ))}
        </dl>
      )}
    </div>
  )
})

/** Text over several lines, bounded until all of it is wanted; then block by block, as it comes into view. */
function LongText({ text, highlight }: { text: string; highlight: Highlighter }) {
  const [all, setAll] = useState(false)
  const blocks = useMemo(() => textBlocks(all ? text : text.slice(0, SHOWN)), [text, all])
  return (
    <>
      <pre
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard
        tabIndex={0}
        className="max-h-[60vh] overflow-y-auto wrap-anywhere whitespace-pre-wrap"
      >
        {blocks.map((block, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the blocks of a text do not change their order
          <span key={i} className={blocks.length > 2 ? 'log-block' : undefined}>
            <LogText text={block} hits={highlight(block)} lines />
          </span>
        ))}
      </pre>
      {text.length > SHOWN && (
        <button
          type="button"
          className="mt-1 font-sans text-xs font-medium text-accent hover:underline"
          onClick={() => setAll(!all)}
        >
          {all ? 'Show the beginning only' : `Show all ${bytesText(text.length)}`}
        </button>
      )}
    </>
  )
}
