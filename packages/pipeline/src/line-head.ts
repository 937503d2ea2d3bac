import type { EventBatch, StringColumn, Utf8Values } from '@heartwood/event'
import { isAsciiSpace, isBeyondAscii, OPEN_BRACE } from './ascii-bytes.ts'
import { severityAtStart } from './level/level-at-start.ts'
import { levelClaims } from './level/level-attributes.ts'
import { PlainLineHead } from './plain-line-head.ts'
import type { Step } from './step.ts'
import type { ReadTime } from './time/calendar.ts'
import { EventTimes } from './time/event-times.ts'
import { timeAtStart } from './time/text-times.ts'
import { uncoloured } from './uncoloured.ts'

/**
 * Reads time and level at the start of the line, for events whose attributes did not say them and whose head no format was sure
 * of. The line is what was sent (`raw`) where parsing changed it, else the message; it is not changed.
 */
export const lineHead: Step = { name: 'line_head', run: (batch) => ({ batch: fromLineHead(batch) }) }

interface Head {
  readonly time: ReadTime | undefined
  readonly severity: number | undefined
}

function fromLineHead(batch: EventBatch): EventBatch {
  const message = linesOf(batch.text.get('message'))
  const raw = linesOf(batch.text.get('raw'))
  if (message === undefined && raw === undefined) return batch
  const times = new EventTimes(batch)
  const severity = batch.severity_number.slice()
  const claims = levelClaims(batch.attributes, batch.length)
  for (let row = 0; row < batch.length; row++) {
    const needsTime = times.waits(row)
    const needsLevel = severity[row] === 0 && claims[row] === 0
    if (!needsTime && !needsLevel) continue
    const isParsed = raw?.isText(row) ?? false
    // A message shorter than its line: a format has read the head.
    if (isParsed && message?.length(row) !== raw?.length(row)) continue
    const line = isParsed ? raw : message
    if (line === undefined || !line.has(row)) continue
    const plain = line.plainSeverity(row)
    if (plain !== undefined) {
      if (needsLevel) severity[row] = plain
      if (needsTime) times.setPlain(row, line.plain.time)
      continue
    }
    const head = line.head(row)
    if (needsLevel && head.severity !== undefined) severity[row] = head.severity
    if (needsTime && head.time !== undefined) times.set(row, head.time)
  }
  return { ...batch, timestamp: times.timestamp, flags: times.flags, severity_number: severity }
}

function linesOf(column: StringColumn | undefined): Lines | undefined {
  return column === undefined ? undefined : new Lines(column)
}

/** The lines of a column, whose heads are read from bytes, or else once per distinct line. */
class Lines {
  readonly plain: PlainLineHead
  readonly #column: StringColumn
  readonly #utf8: Utf8Values
  readonly #heads: Head[] = []

  constructor(column: StringColumn) {
    this.#column = column
    this.#utf8 = column.values.utf8()
    this.plain = new PlainLineHead(this.#utf8.bytes)
  }

  length(row: number): number {
    return this.#utf8.lengths[this.#column.codes[row] ?? 0] ?? 0
  }

  has(row: number): boolean {
    return this.#column.codes[row] !== 0
  }

  /** Whether there is a line of text, not of JSON: that has said all it says in attributes. */
  isText(row: number): boolean {
    const code = this.#column.codes[row] ?? 0
    if (code === 0) return false
    const { bytes, starts, lengths } = this.#utf8
    const end = (starts[code] ?? 0) + (lengths[code] ?? 0)
    let at = starts[code] ?? 0
    while (at < end && isAsciiSpace(bytes[at] ?? 0)) at++
    if (at < end && isBeyondAscii(bytes[at] ?? 0))
      return !this.#column.values.at(code).trimStart().startsWith('{')
    return at === end || bytes[at] !== OPEN_BRACE
  }

  /** The severity of a line with a plain head, whose time `plain` then has. */
  plainSeverity(row: number): number | undefined {
    const code = this.#column.codes[row] ?? 0
    const start = this.#utf8.starts[code] ?? 0
    return this.plain.read(start, start + (this.#utf8.lengths[code] ?? 0))
  }

  head(row: number): Head {
    const code = this.#column.codes[row] ?? 0
    let head = this.#heads[code]
    if (head === undefined) {
      head = headOf(this.#column.values.at(code))
      this.#heads[code] = head
    }
    return head
  }
}

/** Time and level are looked for in so much of a line, UTF-16. */
const HEAD_UNITS = 4096

function headOf(sent: string): Head {
  const line = uncoloured(sent.slice(0, HEAD_UNITS))?.text ?? sent
  const start = timeAtStart(line)
  return { time: start?.time, severity: severityAtStart(line, start?.end ?? 0) }
}
