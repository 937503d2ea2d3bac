import { envelopeOf } from './envelope.ts'
import { beginsEvent, OpenEvent } from './open-event.ts'

interface Open {
  /** Number of the line it begins with. */
  readonly start: number
  readonly first: string
  readonly bytes: number
  event: OpenEvent | undefined
}

const LOOK_BYTES = 2_048
/** One unit a byte, in a browser too. */
const LATIN = new TextDecoder('latin1')
const MAX_SOURCES = 1_000
/** A line that a shipper or Docker put into JSON, and what says so. */
const JSON_LINE = /"(?:log|message)": ?"((?:[^"\\]|\\.){0,512})/
const JSON_MARK = /"(?:stream|container_id|container|kubernetes|offset)": ?(?:"(\w{0,64})"|[{\d])/

/**
 * Follows the lines of a stream and tells for each with which line its event begins, as `joinLines` will see it: so that who cuts the
 * stream into bodies does not cut an event.
 */
export class EventEdges {
  readonly #open = new Map<string, Open>()
  #next = 0

  /** The next line. Gives the number of the line its event begins with, from 0: its own where it begins another event. */
  add(line: Uint8Array): number {
    const number = this.#next++
    const look = LATIN.decode(line.subarray(0, LOOK_BYTES))
    if (/^\s*$/.test(look)) return number
    const { source, text } = insideOf(look)
    const open = this.#open.get(source)
    if (open !== undefined && continues(open, text, line.length)) return open.start
    if (this.#open.size >= MAX_SOURCES) this.#open.clear()
    this.#open.set(source, { start: number, first: text, bytes: line.length, event: undefined })
    return number
  }
}

function continues(open: Open, text: string, bytes: number): boolean {
  if (beginsEvent(text.charCodeAt(0), text.charCodeAt(1))) return false
  open.event ??= new OpenEvent(open.first, open.bytes)
  return open.event.take(text, bytes)
}

/** A line without what is around it, and whose it is. */
function insideOf(look: string): { source: string; text: string } {
  if (look.startsWith('{')) {
    const mark = JSON_MARK.exec(look)
    const log = mark === null ? null : JSON_LINE.exec(look)
    return { source: mark?.[1] ?? '', text: log === null ? look : unescaped(log[1] ?? '') }
  }
  const envelope = envelopeOf(look)
  return { source: envelope?.source ?? '', text: look.slice(envelope?.at ?? 0).trimEnd() }
}

/** The start of a JSON string; only what it begins with counts. */
function unescaped(text: string): string {
  return text
    .replace(/\\n$/, '')
    .replace(/\\([tn"\\/])/g, (_, escaped: string) => ESCAPES[escaped] ?? escaped)
}

const ESCAPES: Readonly<Record<string, string>> = { t: '\t', n: '\n' }
