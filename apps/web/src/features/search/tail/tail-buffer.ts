import type { LogJson } from '@heartwood/api'

/** The newest rows of a live tail: those shown, and those that came while the reader was reading. */
export interface TailBuffer {
  /** Newest arrival first. */
  readonly rows: readonly LogJson[]
  /** Arrived while paused, newest first, not shown yet. */
  readonly waiting: readonly LogJson[]
  /** How many arrived while paused, those let go included. */
  readonly waitingCount: number
  readonly paused: boolean
  /** Rows let go so far because the buffer was full. */
  readonly dropped: number
}

/** Rows kept: more cannot be read, and the search finds them all. */
export const TAIL_ROWS = 5_000

export const EMPTY_TAIL: TailBuffer = { rows: [], waiting: [], waitingCount: 0, paused: false, dropped: 0 }

export type TailAction =
  /** In the order they arrived, oldest first. */
  | { readonly kind: 'arrived'; readonly logs: readonly LogJson[] }
  | { readonly kind: 'paused' }
  | { readonly kind: 'resumed' }
  | { readonly kind: 'cleared' }

export function tailReducer(buffer: TailBuffer, action: TailAction): TailBuffer {
  switch (action.kind) {
    case 'arrived':
      return arrived(buffer, action.logs)
    case 'paused':
      return buffer.paused ? buffer : { ...buffer, paused: true }
    case 'resumed': {
      if (!buffer.paused) return buffer
      const rows = [...buffer.waiting, ...buffer.rows]
      return {
        rows: rows.slice(0, TAIL_ROWS),
        waiting: [],
        waitingCount: 0,
        paused: false,
        dropped: buffer.dropped + Math.max(0, rows.length - TAIL_ROWS),
      }
    }
    case 'cleared':
      return EMPTY_TAIL
  }
}

function arrived(buffer: TailBuffer, logs: readonly LogJson[]): TailBuffer {
  if (logs.length === 0) return buffer
  const target = buffer.paused ? buffer.waiting : buffer.rows
  const all = [...logs.toReversed(), ...target]
  const kept = all.slice(0, TAIL_ROWS)
  const dropped = buffer.dropped + all.length - kept.length
  return buffer.paused
    ? { ...buffer, waiting: kept, waitingCount: buffer.waitingCount + logs.length, dropped }
    : { ...buffer, rows: kept, dropped }
}

/** The rows of a tail above what was found, without those that were found too. */
export function tailAboveFound(tail: readonly LogJson[], found: readonly LogJson[]): readonly LogJson[] {
  if (tail.length === 0) return tail
  const known = new Set(found.map((log) => log.id))
  return tail.filter((log) => !known.has(log.id))
}
