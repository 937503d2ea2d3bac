import { createHash } from 'node:crypto'
import type { SearchPosition, TimeRange } from '@heartwood/log-store'
import { AppError } from '@heartwood/runtime'
import { z } from 'zod'

/**
 * Where a page of a search ended. It holds the time range of the first page, so that `now` does not move while a
 * client pages, and what was asked, so that it cannot be used with another question by mistake.
 */
export interface Cursor {
  readonly range: TimeRange
  /** The last event of the page. */
  readonly after: SearchPosition
  /** Events on all pages so far. */
  readonly seen: number
}

const NanosText = z.string().regex(/^-?\d{1,19}$/)
const CursorText = z.tuple([
  z.literal(1),
  z.string(),
  NanosText,
  NanosText,
  NanosText,
  z.string().max(300),
  z.number().int().nonnegative(),
])

/** Opaque text for a client: base64url of JSON [version, question, from, to, timestamp, id, seen]. */
export function writeCursor(cursor: Cursor, question: string): string {
  const { range, after, seen } = cursor
  const fields = [1, digest(question), `${range.from}`, `${range.to}`, `${after.timestamp}`, after.id, seen]
  return Buffer.from(JSON.stringify(fields)).toString('base64url')
}

/** Throws `invalid_parameter` for a text that no search of this question answered. */
export function readCursor(text: string, question: string): Cursor {
  const parsed = CursorText.safeParse(parseJson(Buffer.from(text, 'base64url').toString('utf8')))
  if (!parsed.success)
    throw new AppError('invalid_parameter', 'cursor: take it unchanged from next_cursor of the page before')
  const [, asked, from, to, timestamp, id, seen] = parsed.data
  if (asked !== digest(question))
    throw new AppError('invalid_parameter', 'cursor: it belongs to another query, service, level or order')
  return {
    range: { from: BigInt(from), to: BigInt(to) },
    after: { timestamp: BigInt(timestamp), id },
    seen,
  }
}

function digest(question: string): string {
  return createHash('sha256').update(question).digest('base64url').slice(0, 8)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
