import { MAX_BULK_RECORDS } from '../limits.ts'
import { CLOSE_BRACE, OPEN_BRACE, skipSpace, trimEnd } from './bytes.ts'
import { isJsonObject, type JsonObject, parseJson } from './json-text.ts'
import { cutLines } from './lines.ts'

export const BULK_OPERATIONS = ['create', 'index', 'update', 'delete'] as const
export type BulkOperation = (typeof BULK_OPERATIONS)[number]

/** What an action line of Elasticsearch's `_bulk` says; further keys of it mean nothing here. */
export interface BulkAction {
  readonly operation: BulkOperation
  readonly index: string | undefined
  readonly id: string | undefined
}

/** Why an action makes no event. */
export type BulkProblem = 'unknown_action' | 'no_source' | 'not_an_object' | 'delete_unsupported'

/**
 * One action with the bytes of its source, `start` to `end`; both 0 where there is no source. Its action line begins at
 * `line`.
 */
export interface BulkFrame {
  readonly line: number
  readonly action: BulkAction | undefined
  readonly start: number
  readonly end: number
  readonly problem: BulkProblem | undefined
}

/** No sensible action line is longer; what is longer is not parsed. */
const MAX_ACTION_BYTES = 16 * 1024

/**
 * Cuts the body of a `_bulk` request: an action line, then, except after `delete`, the line with its source. CRLF and
 * blank lines are tolerated. A line that is no action makes one refused record together with the line behind it,
 * unless that is an action again: so one broken line does not shift all others.
 */
export function cutBulk(body: Uint8Array, maxRecords: number = MAX_BULK_RECORDS): BulkFrame[] {
  const lines = cutLines(body, maxRecords * 2)
  const frames: BulkFrame[] = []
  const actionAt = actionReader(body)
  for (let line = 0; line < lines.length; line++) {
    const at = lines.starts[line] ?? 0
    const action = actionAt(at, lines.ends[line] ?? 0)
    const next = line + 1
    const start = lines.starts[next] ?? 0
    const end = lines.ends[next] ?? 0
    if (action?.operation === 'delete') {
      frames.push({ line: at, action, start: 0, end: 0, problem: 'delete_unsupported' })
    } else if (next >= lines.length) {
      const problem = action ? 'no_source' : 'unknown_action'
      frames.push({ line: at, action, start: 0, end: 0, problem })
    } else if (action !== undefined) {
      const problem = isBraced(body, start, end) ? undefined : 'not_an_object'
      frames.push({ line: at, action, start, end, problem })
      line = next
    } else {
      const sourceless = actionAt(start, end) !== undefined
      frames.push({
        line: at,
        action,
        start: sourceless ? 0 : start,
        end: sourceless ? 0 : end,
        problem: 'unknown_action',
      })
      if (!sourceless) line = next
    }
  }
  return frames
}

/** All framing looks at in a source: whether it can be an object at all. */
function isBraced(body: Uint8Array, start: number, end: number): boolean {
  return (
    body[skipSpace(body, start, end)] === OPEN_BRACE && body[trimEnd(body, start, end) - 1] === CLOSE_BRACE
  )
}

/** Reads action lines; clients send the same line for every document, so the last one is remembered by its bytes. */
function actionReader(body: Uint8Array): (start: number, end: number) => BulkAction | undefined {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength)
  let lastStart = 0
  let lastEnd = 0
  let last: BulkAction | undefined
  return (start, end) => {
    if (end - start > MAX_ACTION_BYTES) return undefined
    if (lastEnd > lastStart && bytes.compare(bytes, lastStart, lastEnd, start, end) === 0) return last
    lastStart = start
    lastEnd = end
    last = readAction(bytes.toString('utf8', start, end))
    return last
  }
}

function readAction(line: string): BulkAction | undefined {
  const parsed = parseJson(line)?.value
  if (!isJsonObject(parsed)) return undefined
  for (const operation of BULK_OPERATIONS) {
    if (!Object.hasOwn(parsed, operation)) continue
    const meta = parsed[operation]
    if (meta === null) return { operation, index: undefined, id: undefined }
    if (isJsonObject(meta)) return { operation, index: textOf(meta, '_index'), id: textOf(meta, '_id') }
  }
  return undefined
}

function textOf(meta: JsonObject, key: string): string | undefined {
  const value = Object.hasOwn(meta, key) ? meta[key] : undefined
  if (typeof value === 'string') return value === '' ? undefined : value
  return typeof value === 'number' || typeof value === 'bigint' ? String(value) : undefined
}
