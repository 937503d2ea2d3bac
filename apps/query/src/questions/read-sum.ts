import type { ReadJson } from '@heartwood/api'
import type { ReadStats } from '@heartwood/log-store'

/** Adds up what the store looked at for the parts of one answer. */
export function readSum(): { readonly onRead: (read: ReadStats) => void; readonly total: () => ReadJson } {
  let sum = { rows: 0, bytes: 0, segments: 0 }
  let leftOut = 0
  return {
    onRead({ rows, bytes, segments, left_out = 0 }) {
      sum = { rows: sum.rows + rows, bytes: sum.bytes + bytes, segments: sum.segments + segments }
      // The parts of an answer lack the same events.
      leftOut = Math.max(leftOut, left_out)
    },
    total: () => ({ ...sum, ...(leftOut > 0 && { left_out: leftOut }) }),
  }
}
