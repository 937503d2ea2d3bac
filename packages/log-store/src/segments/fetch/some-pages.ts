import { ByteSink } from '../parquet/byte-sink.ts'
import type { UnpackedChunk } from './whole-columns.ts'

/**
 * Of pages that follow each other, those that hold one of some rows.
 * @param sizes how many rows each has
 * @param wanted rising
 */
export function pagesWith(sizes: readonly number[], wanted: Uint32Array): boolean[] {
  let end = 0
  let next = 0
  return sizes.map((rows) => {
    end += rows
    const first = next
    while (next < wanted.length && (wanted[next] ?? 0) < end) next++
    return next > first
  })
}

/** The content of a data page of a flat OPTIONAL column in which no row has a value. */
export function pageWithoutValues(rows: number): Uint8Array {
  const levels = new ByteSink()
  levels.varint(rows * 2)
  levels.append(Uint8Array.of(0))
  const run = levels.bytes()
  const page = new Uint8Array(4 + run.length)
  new DataView(page.buffer).setUint32(0, run.length, true)
  page.set(run, 4)
  return page
}

/** A chunk of which the pages without any of some rows (rising) look as if no row had a value. */
export function onlyPagesWith(chunk: UnpackedChunk, rows: Uint32Array): UnpackedChunk {
  const holds = pagesWith(
    chunk.pages.map(({ rows: count }) => count),
    rows,
  )
  const pages = chunk.pages.map((page, index) =>
    holds[index] ? page : { ...page, bytes: pageWithoutValues(page.rows) },
  )
  return { ...chunk, pages }
}
