import type { LogSource } from './log-source.ts'
import type { Page } from './place-page.ts'
import { PAGE_ROWS, type Span } from './span.ts'

/** The server goes on from a cursor at most this many rows at a time. */
const MAX_STEP = 10_000

/**
 * Reads pages by rank of stretches that time cannot divide. Only cursors lead there, so those passed on the way are
 * kept: the next page of the same stretch begins at the nearest one.
 */
export function rankPages(source: LogSource) {
  const known = new Map<string, Map<number, string>>()
  return async (span: Span, skip: number, signal: AbortSignal): Promise<Page> => {
    const { from, to } = span
    const key = `${from} ${to}`
    const cursors = known.get(key) ?? new Map<number, string>()
    known.set(key, cursors)
    let at = Math.max(0, ...[...cursors.keys()].filter((rank) => rank <= skip))
    for (;;) {
      const cursor = cursors.get(at)
      const limit = at < skip ? Math.min(MAX_STEP, skip - at) : span.open === true ? PAGE_ROWS : span.count
      const page = await source.page({ from, to, limit, ...(cursor !== undefined && { cursor }) }, signal)
      if (page.cursor !== undefined) cursors.set(at + page.rows.length, page.cursor)
      if (at >= skip || !page.more) return at >= skip ? page : { rows: [], more: false }
      at += page.rows.length
    }
  }
}
