import type { ReadJson } from '@heartwood/api'
import type { ReadStats } from '@heartwood/log-store'
import { missingJson, readJson } from './read-json.ts'

/** Adds up what the store looked at for the parts of one answer. */
export function readSum(): { readonly onRead: (read: ReadStats) => void; readonly total: () => ReadJson } {
  const reads: ReadStats[] = []
  return {
    onRead: (read) => reads.push(read),
    total() {
      const json = readJson(reads)
      // The parts of an answer lack the same events.
      const leftOut = Math.max(0, ...reads.map(({ left_out = 0 }) => left_out))
      const missing = missingJson(reads.flatMap((read) => read.missing ?? []))
      return {
        ...json,
        ...(leftOut > 0 && { left_out: leftOut }),
        ...(missing.length > 0 && { missing }),
      }
    },
  }
}
