import { envelopeOf } from './envelope.ts'
import type { Line, Lines } from './lines-of-text.ts'
import { beginsEvent, OpenEvent } from './open-event.ts'

/** An event of several lines: its first row, and the rows that go on. */
export interface Joined {
  readonly first: number
  readonly rest: readonly Part[]
}

interface Part {
  readonly row: number
  /** Where the line begins behind its envelope, bytes. */
  readonly from: number
  /** What stands between it and the line before. */
  readonly glue: '\n' | ''
}

interface Open {
  readonly first: number
  readonly rest: Part[]
  /** Made once a line comes that might continue it: most events are of one line. */
  event: OpenEvent | undefined
  readonly line: Line
  readonly from: number
  partial: boolean
}

/** So much of a line tells what it is. */
const LOOK_BYTES = 512
/** Sources that are followed at a time; a body of more than that is joined less. */
const MAX_SOURCES = 1_000

/** The open events of one record, one a source. */
export class OpenEvents {
  readonly #lines: Lines
  readonly #open = new Map<string, Open>()
  readonly #joined: Joined[] = []

  constructor(lines: Lines) {
    this.#lines = lines
  }

  /** The next row: it goes on with the open event of its source, or begins another. */
  add(row: number): void {
    const line = this.#lines.at(row)
    if (line === undefined) {
      // What is no line of text stands between those that are.
      this.#close('')
      return
    }
    const envelope =
      line.source === undefined && mayHaveEnvelope(line) ? envelopeOf(look(line, 0)) : undefined
    const source = line.source ?? envelope?.source ?? ''
    const from = envelope?.at ?? 0
    const open = this.#open.get(source)
    if (open !== undefined && continues(open, line, from)) {
      open.rest.push({ row, from, glue: open.partial ? '' : '\n' })
      open.partial = envelope?.partial ?? false
      return
    }
    this.#close(source)
    if (this.#open.size >= MAX_SOURCES) for (const each of [...this.#open.keys()]) this.#close(each)
    this.#open.set(source, {
      first: row,
      rest: [],
      event: undefined,
      line,
      from,
      partial: envelope?.partial ?? false,
    })
  }

  finish(): Joined[] {
    for (const source of [...this.#open.keys()]) this.#close(source)
    return this.#joined
  }

  #close(source: string): void {
    const open = this.#open.get(source)
    if (open === undefined) return
    this.#open.delete(source)
    if (open.rest.length > 0) this.#joined.push(open)
  }
}

function continues(open: Open, line: Line, from: number): boolean {
  const bytes = line.end - line.start - from
  if (open.partial) {
    open.event ??= new OpenEvent(look(open.line, open.from), open.line.end - open.line.start)
    return open.event.takePart(bytes)
  }
  const at = line.start + from
  if (bytes <= 0 || beginsEvent(line.bytes[at] ?? 0, line.bytes[at + 1] ?? 0)) return false
  open.event ??= new OpenEvent(look(open.line, open.from), open.line.end - open.line.start)
  return open.event.take(look(line, from), bytes)
}

/** The first bytes of a line, one UTF-16 unit each. */
function look({ bytes, start, end }: Line, from: number): string {
  return bytes.toString('latin1', start + from, Math.min(end, start + from + LOOK_BYTES))
}

/** Envelopes begin with a time, a priority, a name or a bracket; a time is followed by a stream's or a host's name. */
function mayHaveEnvelope({ bytes, start, end }: Line): boolean {
  const first = bytes[start] ?? 0
  if (first >= ZERO && first <= NINE) return end - start > 20 && bytes[start + 10] === LETTER_T
  return first === LESS || first === BRACKET || (first | 0x20) >= LOWER_A
}

const ZERO = 0x30
const NINE = 0x39
const LESS = 0x3c
const LETTER_T = 0x54
const BRACKET = 0x5b
const LOWER_A = 0x61
