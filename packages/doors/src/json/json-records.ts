import { FLAGS } from '@heartwood/event'
import type { EventWriter } from '../columns/event-writer.ts'
import type { RecordReader } from '../columns/record-reader.ts'
import { isJsonObject, type JsonObject, parseJson } from '../framing/index.ts'
import { ShapedLines } from './shapes/shaped-lines.ts'

/** How JSON records were read; what is not read by shape costs about twice the time. */
export interface JsonReads {
  /** Records that followed the shape of one before. */
  readonly shaped: number
  /** Records that were parsed the plain way: new shapes, broken lines, what shapes do not cover. */
  readonly plain: number
  /** Values of shaped records that were parsed by themselves (arrays, long numbers). */
  readonly plainValues: number
}

/** Writes the JSON records of a batch as events: by the shapes of the records before, or the plain way. */
export class JsonRecords {
  readonly #writer: EventWriter
  readonly #shapes: ShapedLines | undefined
  #shaped = 0
  #plain = 0

  /** `shapes` off reads everything the plain way, which gives the same batch. */
  constructor(writer: EventWriter, shapes: boolean) {
    this.#writer = writer
    this.#shapes = shapes ? new ShapedLines(writer) : undefined
  }

  get reads(): JsonReads {
    return { shaped: this.#shaped, plain: this.#plain, plainValues: this.#shapes?.plainValues ?? 0 }
  }

  /**
   * Writes the object that `objectOf` finds in the text of a frame, the plain way; gives the flags it earns, or
   * undefined, and nothing is written, where it finds none.
   */
  writePart(
    record: RecordReader,
    start: number,
    end: number,
    objectOf: (text: string) => JsonObject | undefined,
  ): number | undefined {
    const { text, flags } = record.read(start, end)
    const object = objectOf(text)
    if (object === undefined) return undefined
    this.#plain++
    this.#writer.object(object)
    return flags
  }

  /**
   * Writes the frame that lies at `start` to `end` of a record; gives the flags it earns. An object becomes attributes, a string
   * the message where `stringIsMessage`; everything else is kept as it was sent, as message, with `parse_failed`.
   */
  write(record: RecordReader, start: number, end: number, stringIsMessage: boolean): number {
    // What is no UTF-8 must be marked as repaired.
    const shapes = record.isSound(start, end) ? this.#shapes : undefined
    if (shapes?.write(record.base + start, record.base + end)) {
      this.#shaped++
      return 0
    }
    this.#plain++
    const { text, flags } = record.read(start, end)
    const earned = flags | writeJson(text, stringIsMessage, this.#writer)
    if (earned === 0) shapes?.learn(record.base + start, record.base + end)
    return earned
  }
}

/** Writes one event's JSON text the plain way; gives the flags it earns. */
function writeJson(text: string, stringIsMessage: boolean, writer: EventWriter): number {
  const json = parseJson(text)
  const repaired = json?.repaired ? FLAGS.utf8_repaired : 0
  if (isJsonObject(json?.value)) {
    writer.object(json.value)
    return repaired
  }
  if (stringIsMessage && typeof json?.value === 'string') {
    writer.message(json.value)
    return repaired
  }
  writer.message(text)
  return FLAGS.parse_failed
}
