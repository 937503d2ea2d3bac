import type { ReadJson } from '@heartwood/api'
import type { ReadStats } from '@heartwood/log-store'

/** Adds up what the store looked at for the parts of one answer. */
export function readSum(): { readonly onRead: (read: ReadStats) => void; readonly total: () => ReadJson } {
  let sum = { rows: 0, bytes: 0, segments: 0 }
  return {
    onRead({ rows, bytes, segments }) {
      sum = { rows: sum.rows + rows, bytes: sum.bytes + bytes, segments: sum.segments + segments }
    },
    total: () => sum,
  }
}
