import {
  type EventBatch,
  type StringColumn,
  type TextField,
  type TextValues,
  viewOf,
  withText,
} from '@heartwood/event'
import { MAY_NAME, namedIds } from './named-ids.ts'
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
  const ids = idsIn(message.values)
  if (ids === undefined) return batch
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

/** The ids in each text, by code; undefined where none has any. Nearly all are done with after a look at their bytes. */
function idsIn(values: TextValues): (Ids | undefined)[] | undefined {
  const { bytes, starts, lengths } = values.utf8()
  const words = viewOf(bytes)
  let ids: (Ids | undefined)[] | undefined
  for (let code = 1; code < starts.length; code++) {
    const start = starts[code] ?? 0
    const named = namedIds(bytes, words, start, start + (lengths[code] ?? 0))
    if (named === 0) continue
    const found = idsOf(values.at(code), named)
    if (found === undefined) continue
    ids ??= new Array<Ids | undefined>(starts.length)
    ids[code] = found
  }
  return ids
}

/** Ids are looked for in this much of a message, UTF-16. */
const REACH = 16 * 1024

const TRACEPARENT = /(?<![0-9a-f])00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-[0-9a-f]{2}(?![0-9a-f-])/
const TRACE =
  /(?:^|[^A-Za-z0-9])(dd[._])?trace[ ._-]?id["']?\s?[=:]\s?["']?([0-9a-f-]{1,40})(?![A-Za-z0-9_-])/i
const SPAN = /(?:^|[^A-Za-z0-9])span[ ._-]?id["']?\s?[=:]\s?["']?([0-9a-f]{16})(?![A-Za-z0-9_-])/i
const REQUEST =
  /(?:^|[^A-Za-z0-9])(?:x-)?(?:request|req|correlation)[ ._-]?id["']?\s?([=:])\s?["']?([A-Za-z0-9][\w.:/+=-]{2,127})/i

/** @param named what the message may name */
function idsOf(message: string, named: number): Ids | undefined {
  const text = message.length > REACH ? message.slice(0, REACH) : message
  const parent = named & MAY_NAME.traceparent ? TRACEPARENT.exec(text) : null
  const trace = parent?.[1] ?? (named & MAY_NAME.trace ? traceIn(text) : undefined)
  const span = parent?.[2] ?? (named & MAY_NAME.span ? SPAN.exec(text)?.[1]?.toLowerCase() : undefined)
  const request = named & MAY_NAME.request ? REQUEST.exec(text) : null
  if (trace === undefined && span === undefined && request === null) return undefined
  return {
    trace_id: trace,
    span_id: span,
    // Behind a colon prose may follow ("request id: missing"): there an id has a digit.
    request_id:
      request && (request[1] === '=' || /\d/.test(request[2] ?? '')) ? trimmed(request[2]) : undefined,
  }
}

function traceIn(text: string): string | undefined {
  const match = TRACE.exec(text)
  if (match === null) return undefined
  const id = match[2] ?? ''
  if (match[1] !== undefined && /^\d{1,20}$/.test(id)) return datadogTrace.read(id)
  const hex = id.replaceAll('-', '').length
  return hex === 32 || hex === 16 ? hexId.read(id) : undefined
}

/** Without the punctuation of the sentence around it. */
function trimmed(id: string | undefined): string | undefined {
  return id?.replace(/[.:/+=-]+$/, '')
}
