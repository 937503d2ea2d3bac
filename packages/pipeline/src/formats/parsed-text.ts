import { type AttributeValue, type TextValues, viewOf } from '@heartwood/event'
import { hasBeyondAscii } from '../ascii-bytes.ts'
import { severityAtStart } from '../level/level-at-start.ts'
import { isLevelKey } from '../level/level-attributes.ts'
import type { ReadTime } from '../time/calendar.ts'
import { isTimeKey } from '../time/time-attributes.ts'
import { uncoloured } from '../uncoloured.ts'
import { FORMATS, type Format, type ParsedLine } from './index.ts'
import { jsonObject } from './json-object.ts'
import { mayHaveHead } from './lines/may-have-head.ts'
import { type LineHead, readLine } from './lines/read-line.ts'

/** What the text of a message says. */
export interface ParsedText {
  readonly attributes: Readonly<Record<string, AttributeValue | undefined>>
  readonly rest?: ParsedLine['rest']
  /** Where the message begins in the text, bytes; undefined where it is an attribute, if anything. */
  readonly messageAt: number | undefined
  readonly time: ReadTime | undefined
  readonly severity: number | undefined
}

/** Heads are looked for in so much of a text, bytes. */
const HEAD_BYTES = 4096
/** So much of a message is looked at for a level where its head has none. */
const LEVEL_UNITS = 320

/** Parses the texts of a dictionary. Nearly all that is no structure is done with after a look at its bytes or its head. */
export class TextParser {
  readonly #values: TextValues
  readonly #bytes: Buffer
  readonly #words: DataView
  readonly #starts: Uint32Array
  readonly #lengths: Uint32Array

  constructor(values: TextValues) {
    const { bytes, starts, lengths } = values.utf8()
    this.#values = values
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.#words = viewOf(bytes)
    this.#starts = starts
    this.#lengths = lengths
  }

  /** What a text says beyond its words; undefined where no format is sure of it. */
  parse(code: number): ParsedText | undefined {
    const start = this.#starts[code] ?? 0
    const end = start + (this.#lengths[code] ?? 0)
    if (this.#mayBe(jsonObject, start, end)) {
      const parsed = jsonObject.parse(this.#values.at(code))
      if (parsed !== undefined) return structured(parsed)
    }
    const headEnd = Math.min(end, start + HEAD_BYTES)
    if (!mayHaveHead(this.#bytes, start, headEnd)) {
      const parsed = this.#structure(start, end)
      return parsed && structured(parsed)
    }
    const latin = this.#bytes.toString('latin1', start, headEnd)
    const plain = uncoloured(latin)
    const line = plain?.text ?? latin
    const head = readLine(line)
    if (head === undefined) {
      const parsed = this.#structure(start, end)
      return parsed && structured(parsed)
    }
    const messageAt = plain?.sentAt(head.messageAt) ?? head.messageAt
    const inner = head.inside === 'opaque' ? undefined : this.#structure(start + messageAt, end)
    const parsed = headed(this.#isAscii(start, headEnd) ? head : decoded(head), inner, line)
    return parsed.messageAt === undefined ? parsed : { ...parsed, messageAt }
  }

  /** JSON or pairs. */
  #structure(start: number, end: number): ParsedLine | undefined {
    for (const format of FORMATS) {
      if (!this.#mayBe(format, start, end)) continue
      const parsed = format.parse(this.#bytes.toString('utf8', start, end))
      if (parsed !== undefined) return parsed
    }
    return undefined
  }

  #mayBe(format: Format, start: number, end: number): boolean {
    return format.mayBe(this.#bytes, this.#words, start, end)
  }

  #isAscii(start: number, end: number): boolean {
    let at = start
    for (; at + 4 <= end; at += 4) if (hasBeyondAscii(this.#words.getInt32(at, true))) return false
    for (; at < end; at++) if ((this.#bytes[at] ?? 0) >= 0x80) return false
    return true
  }
}

function structured({ attributes, rest, keepsLine }: ParsedLine): ParsedText {
  return {
    attributes,
    ...(rest && { rest }),
    messageAt: keepsLine ? 0 : undefined,
    time: undefined,
    severity: undefined,
  }
}

/** A head and the structure behind it. What an envelope says gives way to what is in it; what a library says of its own line does not. */
function headed(head: LineHead, inner: ParsedLine | undefined, latin: string): ParsedText {
  const { messageAt, attributes, inside } = head
  if (inner === undefined) {
    const severity =
      head.severity ?? (inside === 'line' || inside === 'text' ? levelInside(latin, messageAt) : undefined)
    return { attributes, messageAt, time: head.time, severity }
  }
  const yields = inside === 'line'
  const keys = yields ? Object.keys(inner.attributes) : []
  return {
    attributes: yields
      ? { ...attributes, ...inner.attributes }
      : { ...inner.attributes, ...said(attributes) },
    ...(inner.rest && { rest: inner.rest }),
    messageAt: inner.keepsLine ? messageAt : undefined,
    time: keys.some(isTimeKey) ? undefined : head.time,
    severity: keys.some(isLevelKey)
      ? undefined
      : (head.severity ?? (inside === 'opaque' ? undefined : levelInside(latin, messageAt))),
  }
}

function levelInside(latin: string, messageAt: number): number | undefined {
  return severityAtStart(latin.slice(messageAt, messageAt + LEVEL_UNITS), 0)
}

function said(attributes: LineHead['attributes']): LineHead['attributes'] {
  return Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined))
}

/** The same with its texts as UTF-8, where they were read one unit a byte. */
function decoded(head: LineHead): LineHead {
  const attributes = Object.entries(head.attributes).map(([key, value]) => [
    key,
    typeof value === 'string' ? Buffer.from(value, 'latin1').toString('utf8') : value,
  ])
  return { ...head, attributes: Object.fromEntries(attributes) }
}
