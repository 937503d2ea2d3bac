import type { ByteRun } from './block-map.ts'

/** So much between two runs may be fetched along with them: a request costs more. */
export const GAP_BYTES = 32 * 1024
/** More at once comes faster in several requests. */
const LARGEST_BYTES = 8 * 1024 * 1024

/** What to ask for to have some runs, which are rising and apart: neighbours as one, and none too large. */
export function joinedRuns(runs: readonly ByteRun[], gap: number): ByteRun[] {
  const joined: { offset: number; end: number }[] = []
  for (const { offset, end } of runs) {
    const last = joined.at(-1)
    if (last !== undefined && offset - last.end <= gap) last.end = end
    else joined.push({ offset, end })
  }
  return joined.flatMap(inParts)
}

function inParts({ offset, end }: ByteRun): ByteRun[] {
  const parts = Math.ceil((end - offset) / LARGEST_BYTES)
  return Array.from({ length: parts }, (_, part) => ({
    offset: offset + part * LARGEST_BYTES,
    end: Math.min(offset + (part + 1) * LARGEST_BYTES, end),
  }))
}
