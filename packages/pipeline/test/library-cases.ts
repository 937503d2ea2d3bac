import { readdirSync, readFileSync } from 'node:fs'
import { acceptLogs, decodeRecord, recordHeader } from '@heartwood/doors'
import { type EventBatch, FLAGS, isoFromNanos, type LogEvent, nanosFromIso } from '@heartwood/event'
import { arrived, only, process } from './events.ts'

/** A line that a library or an agent wrote, and the event it is: its own fields, attributes and rest, the time as ISO or "none". */
export interface LibraryCase {
  readonly library: string
  readonly title: string
  readonly line: string
  readonly event: unknown
}

/**
 * The cases of a folder: files of "# title", the line, "==>", the event as JSON. Each file says in its first lines which version of the
 * library wrote them, or which documentation they follow.
 */
export function libraryCases(name: 'libraries' | 'agents'): LibraryCase[] {
  const folder = new URL(`${name}/`, import.meta.url)
  return readdirSync(folder)
    .sort()
    .flatMap((file) =>
      readFileSync(new URL(file, folder), 'utf8')
        .split(/\n\n(?=# )/)
        .slice(1)
        .map((text) => caseOf(file.replace('.txt', ''), text)),
    )
}

function caseOf(library: string, text: string): LibraryCase {
  const [head = '', event = ''] = text.split('\n==>\n')
  const [title = '', line = ''] = head.replace(/^# /, '').split(/\n(.*)/s)
  return { library, title, line, event: JSON.parse(event) }
}

/** After every time in the cases. */
const RECEIVED = nanosFromIso('2030-01-01T00:00:00Z') ?? 0n

/** The line through the door of JSON. */
export async function throughDoor(line: string): Promise<unknown> {
  const body = Buffer.from(`${line}\n`)
  const header = recordHeader(await acceptLogs(body), {
    batchId: 'batch',
    clientBatch: false,
    receivedAt: RECEIVED,
    encoding: 'identity',
    defaults: {},
    bytes: body.length,
  })
  return described((await decodeRecord(header, body, RECEIVED)).batch)
}

/** The line inside the envelope of a shipper. */
export function inEnvelope(line: string): unknown {
  return described(arrived([{ attributes: { log: line } }], RECEIVED))
}

function described(batch: EventBatch): unknown {
  const event: LogEvent = only(process(batch))
  const { level, timestamp, flags, message, service, hostname, namespace, pod, environment } = event
  const { trace_id, span_id, request_id, attributes, rest } = event
  return JSON.parse(
    JSON.stringify({
      '@timestamp': flags & FLAGS.time_inferred ? 'none' : isoFromNanos(timestamp),
      level,
      ...{ message, service, hostname, namespace, pod, environment, trace_id, span_id, request_id },
      attributes: Object.fromEntries(
        Object.entries(attributes)
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([key, value]) => [key, typeof value === 'bigint' ? String(value) : value]),
      ),
      rest: rest === undefined ? undefined : JSON.parse(rest),
    }),
  )
}
