import {
  type EventBatch,
  type StringColumn,
  type TextField,
  type TextValues,
  type Utf8Values,
  utf8Values,
  viewOf,
  withText,
} from '@heartwood/event'
import { MAY_NAME, namedIds } from './named-ids.ts'
import { plainTraceAt, TRACE_ID_BYTES } from './plain-trace.ts'
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
  const found = idsIn(message.values)
  if (found === undefined) return batch
  const changes: Partial<Record<TextField, StringColumn>> = {}
  for (const field of FIELDS) {
    const fill = new TextFill(batch.text.get(field), batch.length)
    if (field === 'trace_id' && found.plain.length > 1) fillPlain(fill, found.plain, message.codes)
    for (let row = 0; row < batch.length; row++) {
      const value = found.others[message.codes[row] ?? 0]?.[field]
      if (value !== undefined && !fill.has(row)) fill.set(row, fill.code(value))
    }
    if (fill.changed) changes[field] = fill.finish()
  }
  return withText(batch, changes)
}

/** What the texts of a column say. */
interface FoundIds {
  /** Trace ids that stay where they lie; no string is made of them. */
  readonly plain: PlainTraces
  /** All other ids, by the code of their text. */
  readonly others: readonly (Ids | undefined)[]
}

/** The ids in each text; undefined where none has any. Nearly all are done with after a look at their bytes. */
function idsIn(values: TextValues): FoundIds | undefined {
  const utf8 = values.utf8()
  const { bytes, starts, lengths } = utf8
  const words = viewOf(bytes)
  const plain = new PlainTraces(utf8)
  let others: (Ids | undefined)[] | undefined
  for (let code = 1; code < starts.length; code++) {
    const start = starts[code] ?? 0
    const end = start + (lengths[code] ?? 0)
    const named = namedIds(bytes, words, start, end)
    if (named === 0) continue
    const trace = named === MAY_NAME.trace ? plainTraceAt(bytes, start, end) : -1
    if (trace >= 0 && trace + TRACE_ID_BYTES < start + REACH) {
      plain.add(code, trace)
      continue
    }
    const found = idsOf(values.at(code), named)
    if (found === undefined) continue
    others ??= new Array<Ids | undefined>(starts.length)
    others[code] = found
  }
  return others === undefined && plain.length === 1 ? undefined : { plain, others: others ?? [] }
}

/** Trace ids by where they lie in the bytes of the texts that name them. */
class PlainTraces {
  readonly #bytes: Utf8Values['bytes']
  readonly #starts: Uint32Array
  /** By the code of the text, the code of its trace id. */
  readonly codes: Uint32Array
  #length = 1

  constructor({ bytes, starts }: Utf8Values) {
    this.#bytes = bytes
    this.#starts = new Uint32Array(starts.length)
    this.codes = new Uint32Array(starts.length)
  }

  /** Codes given out, the 0 of "no value" included. */
  get length(): number {
    return this.#length
  }

  add(text: number, start: number): void {
    this.codes[text] = this.#length
    this.#starts[this.#length++] = start
  }

  values(): TextValues {
    const lengths = new Uint32Array(this.#length).fill(TRACE_ID_BYTES, 1)
    return utf8Values({ bytes: this.#bytes, starts: this.#starts.subarray(0, this.#length), lengths })
  }
}

function fillPlain(fill: TextFill, plain: PlainTraces, texts: Uint32Array): void {
  const base = fill.dictionary(plain.values())
  for (let row = 0; row < texts.length; row++) {
    const code = plain.codes[texts[row] ?? 0] ?? 0
    if (code !== 0 && !fill.has(row)) fill.set(row, base + code)
  }
}

/** Ids are looked for in this much of a message, UTF-16; it has at least as many bytes. */
const REACH = 16 * 1024

const TRACEPARENT = /(?<![0-9a-f])00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-[0-9a-f]{2}(?![0-9a-f-])/
const TRACE =
  /(?:^|[^A-Za-z0-9])(dd[._])?trace[ ._-]?id["']?\s?[=:]\s?["']?([0-9a-f-]{1,40})(?![A-Za-z0-9_-])/i
const SPAN = /(?:^|[^A-Za-z0-9])span[ ._-]?id["']?\s?[=:]\s?["']?([0-9a-f]{16})(?![A-Za-z0-9_-])/i
const REQUEST =
  /(?:^|[^A-Za-z0-9])(?:x-)?(?:request|req|correlation)[ ._-]?id["']?\s?([=:])\s?["']?([A-Za-z0-9][\w.:/+=-]{2,127})/i

/**
 * The ids that a text says, the general way.
 * @param named what it may name
 */
export function idsOf(message: string, named: number): Ids | undefined {
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
