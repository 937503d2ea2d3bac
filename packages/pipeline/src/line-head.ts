import { type EventBatch, FLAGS, type StringColumn } from '@heartwood/event'
import { severityAtStart } from './level/level-at-start.ts'
import { levelClaims } from './level/level-attributes.ts'
import type { Step } from './step.ts'
import type { ReadTime } from './time/calendar.ts'
import { resolveTime, waitsForTime } from './time/resolve.ts'
import { timeAtStart } from './time/text-times.ts'

/**
 * Reads time and level at the start of the line, for events whose attributes did not say them. The line is what was
 * sent (`raw`) where parsing changed it, else the message; it is not changed.
 */
export const lineHead: Step = { name: 'line_head', run: (batch) => ({ batch: fromLineHead(batch) }) }

interface Head {
  readonly time: ReadTime | undefined
  readonly severity: number | undefined
}

function fromLineHead(batch: EventBatch): EventBatch {
  const headAt = heads(batch)
  if (headAt === undefined) return batch
  const timestamp = batch.timestamp.slice()
  const flags = batch.flags.slice()
  const severity = batch.severity_number.slice()
  const claims = levelClaims(batch.attributes, batch.length)
  for (let row = 0; row < batch.length; row++) {
    const observed = batch.observed_at[row] ?? 0n
    const needsTime = waitsForTime(flags[row] ?? 0, timestamp[row] ?? 0n, observed)
    const needsLevel = severity[row] === 0 && claims[row] === 0
    if (!needsTime && !needsLevel) continue
    const head = headAt(row)
    if (head === undefined) continue
    if (needsLevel && head.severity !== undefined) severity[row] = head.severity
    const resolved = needsTime && head.time !== undefined ? resolveTime(head.time, observed) : undefined
    if (resolved === undefined) continue
    timestamp[row] = resolved.nanos
    if (!resolved.inferred) flags[row] = (flags[row] ?? 0) & ~FLAGS.time_inferred
  }
  return { ...batch, timestamp, flags, severity_number: severity }
}

/** The head of each row's line, read once per distinct line. */
function heads(batch: EventBatch): ((row: number) => Head | undefined) | undefined {
  const message = batch.text.get('message')
  const raw = batch.text.get('raw')
  if (message === undefined && raw === undefined) return undefined
  const ofMessage = message === undefined ? () => undefined : headsOf(message)
  const ofRaw = raw === undefined ? () => undefined : headsOf(raw)
  return (row) => (isParsedLine(raw, row) ? ofRaw(row) : ofMessage(row))
}

/** Whether the raw text is a line of text: JSON has said all it says in attributes. */
function isParsedLine(raw: StringColumn | undefined, row: number): boolean {
  const code = raw?.codes[row] ?? 0
  return code !== 0 && !raw?.values.at(code).trimStart().startsWith('{')
}

function headsOf(column: StringColumn): (row: number) => Head | undefined {
  const known: (Head | undefined)[] = []
  return (row) => {
    const code = column.codes[row] ?? 0
    if (code === 0) return undefined
    known[code] ??= headOf(column.values.at(code))
    return known[code]
  }
}

function headOf(line: string): Head {
  const start = timeAtStart(line)
  return { time: start?.time, severity: severityAtStart(line, start?.end ?? 0) }
}
