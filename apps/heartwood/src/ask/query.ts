import type { ReadJson } from '@heartwood/api'
import { ROUTES } from '@heartwood/api/routes'
import { exactJson } from '@heartwood/event'
import { paintFor } from '../paint.ts'
import { writeLine } from '../standard-output.ts'
import { ask } from './ask.ts'
import type { Connection } from './connection.ts'
import { renderLog } from './log-line.ts'
import { timeInput } from './time-option.ts'

export interface QueryOptions {
  readonly since: string
  readonly until: string
  readonly service?: string
  readonly level?: string
  readonly order: 'newest' | 'oldest'
  readonly limit: number
  readonly json?: true
  readonly total?: true
  readonly stats?: true
  /** Asks the audit events instead of the logs. */
  readonly audit?: true
}

const PAGE = 1_000

/** `heartwood query`: the newest logs that match, or the oldest, in this order. */
export async function query(connection: Connection, text: string, options: QueryOptions): Promise<void> {
  const question = {
    query: text === '' ? '*' : text,
    service: options.service,
    level: options.level,
    from_time: timeInput(options.since),
    to_time: timeInput(options.until),
    dataset: options.audit === true ? 'audit' : undefined,
  }
  if (options.total === true) return printTotal(connection, question, options)

  const { order } = options
  const paint = paintFor(process.stdout)
  const multiline = process.stdout.isTTY === true
  let shown = 0
  let cursor: string | undefined
  let summary = ''
  const reads: ReadJson[] = []
  while (shown < options.limit) {
    const limit = Math.min(PAGE, options.limit - shown)
    // Counting everything is work; the first page does it, where it is shown.
    const total = shown === 0 && options.json !== true ? 'exact' : 'none'
    const page = await ask(connection, ROUTES.search, { ...question, order, limit, total, cursor })
    for (const log of page.logs) {
      await writeLine(options.json === true ? exactJson(log) : renderLog(log, paint, { multiline }))
    }
    shown += page.logs.length
    reads.push(page.read)
    if (total === 'exact') summary = `${count(page.total)} in all, ${Math.round(page.took_ms)} ms`
    if (page.next_cursor === null || page.logs.length === 0) break
    cursor = page.next_cursor
  }
  if (options.stats === true) printRead(reads)
  printMissing(reads)
  if (options.json === true) return
  process.stderr.write(`${paintFor(process.stderr)('dim', `${count(shown)} shown, ${summary}`)}\n`)
}

async function printTotal(
  connection: Connection,
  question: Readonly<Record<string, string | undefined>>,
  { json, stats }: QueryOptions,
): Promise<void> {
  const { total, total_relation, read } = await ask(connection, ROUTES.search, { ...question, limit: 1 })
  if (stats === true) printRead([read])
  printMissing([read])
  await writeLine(json === true ? JSON.stringify({ total, total_relation }) : String(total))
}

/** How much of the store was looked at, beside the logs and not among them. */
function printRead(reads: readonly ReadJson[]): void {
  const sum = (of: 'rows' | 'bytes' | 'segments' | 'left_out' | 'fetched') =>
    reads.reduce((all, read) => all + (read[of] ?? 0), 0)
  const parts = [
    `${count(sum('rows'))} events`,
    `${count(sum('bytes'))} bytes`,
    `${count(sum('segments'))} segments`,
    ...(sum('fetched') > 0 ? [`fetched ${count(sum('fetched'))} bytes`] : []),
    ...(sum('left_out') > 0 ? [`left out up to ${count(sum('left_out'))} events`] : []),
  ]
  process.stderr.write(`${paintFor(process.stderr)('dim', `looked at ${parts.join(', ')}`)}\n`)
}

/** What the answer lacks, asked for or not: it would be taken for whole. */
function printMissing(reads: readonly ReadJson[]): void {
  const lines = reads.flatMap(({ missing = [] }) =>
    missing.map(
      ({ from = 'the beginning', to = 'the end', events, reason }) =>
        `missing from ${from} to ${to}${events === undefined ? '' : `, up to ${count(events)} events`}: ${reason}`,
    ),
  )
  for (const line of new Set(lines)) process.stderr.write(`${paintFor(process.stderr)('warn', line)}\n`)
}

function count(value: number): string {
  return value.toLocaleString('en-US')
}
