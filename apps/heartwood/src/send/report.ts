import type { Batch } from '@heartwood/doors/sending'
import { terminalText } from '../terminal-text.ts'
import type { Delivered } from './deliver.ts'
import type { LogSource } from './log-source.ts'

/** What became of everything that was sent. */
export interface Report {
  accepted: number
  refused: number
  readonly batches: { batch_id: string; accepted: number; rejected: number }[]
  /** The first refused records, by place and reason. */
  readonly errors: { source: string; line?: number; reason: string }[]
}

/** A file of nothing but refused lines makes a list that nobody reads to its end. */
const MAX_ERRORS = 100
const SHOWN_ERRORS = 5

export function emptyReport(): Report {
  return { accepted: 0, refused: 0, batches: [], errors: [] }
}

export function addDelivered(report: Report, source: LogSource, batch: Batch, delivered: Delivered): void {
  const { batch_id, accepted, rejected, errors } = delivered
  report.accepted += accepted
  report.refused += rejected
  report.batches.push({ batch_id, accepted, rejected })
  for (const { index, reason } of errors) {
    const line = lineOfRecord(batch, index)
    addError(report, { source: source.name, ...(line !== undefined && { line }), reason })
  }
}

export function addTooLong(report: Report, source: LogSource, line: number): void {
  report.refused++
  addError(report, { source: source.name, line, reason: 'the line is longer than 1 MB' })
}

function addError(report: Report, error: Report['errors'][number]): void {
  if (report.errors.length < MAX_ERRORS) report.errors.push(error)
}

/** The line of the source that became a record: blank lines are none. Undefined for a JSON document. */
function lineOfRecord({ body, firstLine, lines }: Batch, index: number): number | undefined {
  if (lines === 0) return undefined
  let record = -1
  let line = firstLine
  for (const text of Buffer.from(body).toString('latin1').split('\n')) {
    if (text.trim() !== '') record++
    if (record === index) return line
    line++
  }
  return undefined
}

/** The summary for a person. */
export function describeReport(report: Report, options: { seconds: number; state: string }): string[] {
  const { accepted, refused, errors } = report
  const took = options.seconds.toFixed(1)
  const shown = errors.slice(0, SHOWN_ERRORS)
  return [
    `${options.state}: ${number(accepted)} accepted, ${number(refused)} refused, in ${took} s.`,
    ...shown.map(
      ({ source, line, reason }) =>
        `  ${terminalText(source)}${line === undefined ? '' : `:${line}`}: ${terminalText(reason)}`,
    ),
    ...(refused > shown.length && shown.length > 0 ? [`  and ${number(refused - shown.length)} more`] : []),
  ]
}

function number(value: number): string {
  return value.toLocaleString('en-US')
}
