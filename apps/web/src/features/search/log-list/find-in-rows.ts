import type { LogJson } from '@heartwood/api'
import { fieldText } from './columns/field-text.ts'
import type { HitRange } from './visible-text.ts'

/** Where a text stands in another, any case; ranges in rising order. */
export function findRanges(text: string, wanted: string): HitRange[] {
  if (wanted === '') return []
  const [haystack, needle] = [text.toLowerCase(), wanted.toLowerCase()]
  // Lower case may be longer: then the places would not be those of the text.
  if (haystack.length !== text.length) return []
  const ranges: HitRange[] = []
  for (let at = haystack.indexOf(needle); at >= 0; at = haystack.indexOf(needle, at + needle.length))
    ranges.push({ start: at, end: at + needle.length, found: true })
  return ranges
}

/** The events, of those that are held, in which a text stands in one of the columns; in their order. */
export function rowsWith(logs: readonly LogJson[], wanted: string, columns: readonly string[]): LogJson[] {
  if (wanted === '') return []
  const needle = wanted.toLowerCase()
  return logs.filter((log) => columns.some((field) => fieldText(log, field).toLowerCase().includes(needle)))
}

/** Hits of the query with those of a find over them. Both in rising order, and so is what comes of it. */
export function withFound(hits: readonly HitRange[], found: readonly HitRange[]): readonly HitRange[] {
  if (found.length === 0) return hits
  const pieces: HitRange[] = []
  for (const hit of hits) {
    let at = hit.start
    for (const { start, end } of found) {
      if (end <= at || start >= hit.end) continue
      if (start > at) pieces.push({ start: at, end: start })
      at = end
    }
    if (at < hit.end) pieces.push({ start: at, end: hit.end })
  }
  return [...pieces, ...found].sort((a, b) => a.start - b.start)
}
