import { type EventBatch, perValue, type StringColumn, type TextField, withText } from '@heartwood/event'
import { datadogTrace, hexId } from './promote/readers.ts'
import type { Step } from './step.ts'
import { TextFill } from './text-fill.ts'

/**
 * Finds trace, span and request ids inside the message (`trace_id=...`, a traceparent, `requestId: ...`), for events
 * that have none. The message is not changed.
 */
export const idsInText: Step = { name: 'ids_in_text', run: (batch) => ({ batch: withIds(batch) }) }

interface Ids {
  readonly trace_id?: string | undefined
  readonly span_id?: string | undefined
  readonly request_id?: string | undefined
}

const FIELDS = ['trace_id', 'span_id', 'request_id'] as const satisfies readonly TextField[]

function withIds(batch: EventBatch): EventBatch {
  const message = batch.text.get('message')
  if (message === undefined) return batch
  const ids = perValue(message.values, idsOf)
  if (ids.every((found) => found === undefined)) return batch
  const changes: Partial<Record<TextField, StringColumn>> = {}
  for (const field of FIELDS) {
    const fill = new TextFill(batch.text.get(field), batch.length)
    for (let row = 0; row < batch.length; row++) {
      const value = ids[message.codes[row] ?? 0]?.[field]
      if (value !== undefined && !fill.has(row)) fill.set(row, fill.code(value))
    }
    if (fill.changed) changes[field] = fill.finish()
  }
  return withText(batch, changes)
}

/** Ids are looked for in this much of a message, UTF-16. */
const REACH = 16 * 1024

const TRACEPARENT = /(?<![0-9a-f])00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-[0-9a-f]{2}(?![0-9a-f-])/
const NAMED_ID = /[iI][dD]["']?\s?[=:]/
const TRACE =
  /(?:^|[^A-Za-z0-9])(dd[._])?trace[ ._-]?id["']?\s?[=:]\s?["']?([0-9a-f-]{1,40})(?![A-Za-z0-9_-])/i
const SPAN = /(?:^|[^A-Za-z0-9])span[ ._-]?id["']?\s?[=:]\s?["']?([0-9a-f]{16})(?![A-Za-z0-9_-])/i
const REQUEST =
  /(?:^|[^A-Za-z0-9])(?:x-)?(?:request|req|correlation)[ ._-]?id["']?\s?([=:])\s?["']?([A-Za-z0-9][\w.:/+=-]{2,127})/i

function idsOf(message: string): Ids | undefined {
  const text = message.length > REACH ? message.slice(0, REACH) : message
  const parent = text.includes('00-') ? TRACEPARENT.exec(text) : null
  // Nearly every message ends here: one pass for `id=` or `id:`, the pattern all named ids share.
  if (parent === null && !NAMED_ID.test(text)) return undefined
  const request = REQUEST.exec(text)
  return {
    trace_id: parent?.[1] ?? traceIn(text),
    span_id: parent?.[2] ?? SPAN.exec(text)?.[1]?.toLowerCase(),
    // Behind a colon prose may follow ("request id: missing"): there an id has a digit.
    request_id:
      request && (request[1] === '=' || /\d/.test(request[2] ?? '')) ? trimmed(request[2]) : undefined,
  }
}

function traceIn(text: string): string | undefined {
  const match = TRACE.exec(text)
  if (match === null) return undefined
  const id = match[2] ?? ''
  if (match[1] !== undefined && /^\d{1,20}$/.test(id)) return datadogTrace(id)
  const hex = id.replaceAll('-', '').length
  return hex === 32 || hex === 16 ? hexId(id) : undefined
}

/** Without the punctuation of the sentence around it. */
function trimmed(id: string | undefined): string | undefined {
  return id?.replace(/[.:/+=-]+$/, '')
}
