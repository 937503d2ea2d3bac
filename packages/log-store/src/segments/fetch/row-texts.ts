import type { RequiredText } from '@heartwood/query-lang'
import { ENCODING } from '../parquet/column-chunk.ts'
import { ByteReader } from './byte-reader.ts'
import { readTextStarts } from './delta-values.ts'
import type { GroupBatch } from './group-batch.ts'
import { type FindFrom, pieceSearch } from './piece-search.ts'
import { readPresence } from './presence-map.ts'
import { type UnpackedChunk, type UnpackedPage, wholeTexts } from './whole-columns.ts'

type Search = (bytes: Uint8Array) => FindFrom

/**
 * Of some rows those that may hold what a query requires of their texts, found by looking through the bytes of whole pages:
 * a row without a find costs nothing, where a test of its own would take some hundred nanoseconds. Never leaves one out
 * that does.
 */
export function rowsWithText(batch: GroupBatch, rows: Uint32Array, required: RequiredText): Uint32Array {
  const marks = marksOf(batch, required)
  return marks === undefined ? rows : rows.filter((row) => marks[row] === 1)
}

/** By row 1 where it may; undefined where nothing is known. */
function marksOf(batch: GroupBatch, required: RequiredText): Uint8Array | undefined {
  switch (required.kind) {
    case 'all': {
      let marks: Uint8Array | undefined
      for (const text of required.texts) {
        const more = marksOf(batch, text)
        if (marks === undefined) marks = more
        else if (more !== undefined) marks = marks.map((mark, row) => mark & (more[row] ?? 0))
        if (marks !== undefined && !marks.includes(1)) return marks
      }
      return marks
    }
    case 'any': {
      const marks = new Uint8Array(batch.length)
      for (const text of required.texts) {
        const more = marksOf(batch, text)
        if (more === undefined) return undefined
        for (let row = 0; row < marks.length; row++) marks[row] = (marks[row] ?? 0) | (more[row] ?? 0)
      }
      return marks
    }
    case 'piece': {
      const search = pieceSearch(required.text)
      if (search === undefined) return undefined
      const { plain, json } = batch.columnsWith(required.text, required.field)
      const marks = new Uint8Array(batch.length)
      for (const id of plain) {
        const chunk = batch.chunk(id)
        if (chunk !== undefined) markFinds(chunk, search, marks)
      }
      for (const id of json) markValues(batch.texts(id).codes, marks)
      return marks
    }
  }
}

/** A text in JSON may be written with escapes, so any is as good as a find. */
function markValues(codes: Uint32Array, marks: Uint8Array): void {
  for (let row = 0; row < codes.length; row++) if (codes[row] !== 0) marks[row] = 1
}

function markFinds(chunk: UnpackedChunk, search: Search, marks: Uint8Array): void {
  let firstRow = 0
  if (chunk.dictionary !== undefined) markCodes(chunk, chunk.dictionary.bytes, search, marks)
  for (const page of chunk.pages) {
    switch (page.encoding) {
      case ENCODING.delta_length_byte_array:
        markTexts(page, firstRow, search, marks)
        break
      case ENCODING.plain:
        markCodes(
          { rows: page.rows, dictionary: undefined, pages: [page] },
          page.bytes,
          search,
          marks.subarray(firstRow),
        )
        break
    }
    firstRow += page.rows
  }
}

/** By way of codes, for texts between which their lengths stand: of a dictionary most have no find at all. */
function markCodes(chunk: UnpackedChunk, bytes: Uint8Array, search: Search, marks: Uint8Array): void {
  if (search(bytes)(0) === undefined) return
  const { codes, values } = wholeTexts(chunk)
  const { bytes: all, starts, lengths } = values.utf8()
  const found = new Uint8Array(values.length)
  for (let code = 1; code < found.length; code++) {
    const start = starts[code] ?? 0
    if (search(all.subarray(start, start + (lengths[code] ?? 0)))(0) !== undefined) found[code] = 1
  }
  for (let row = 0; row < codes.length; row++) if (found[codes[row] ?? 0] === 1) marks[row] = 1
}

/** Texts that stand right behind each other: a find must not reach from one into the next. */
function markTexts({ bytes, rows }: UnpackedPage, firstRow: number, search: Search, marks: Uint8Array): void {
  const findFrom = search(bytes)
  let find = findFrom(0)
  if (find === undefined) return
  const reader = new ByteReader(bytes)
  const presence = readPresence(reader, rows)
  const starts = readTextStarts(reader)
  const rowOf = rowsByValue(rows, presence)
  for (let value = 0; find !== undefined; ) {
    while (value < presence.values && (starts[value + 1] ?? 0) <= find.start) value++
    if (value >= presence.values) return
    const isInside = find.start >= (starts[value] ?? 0) && find.end <= (starts[value + 1] ?? 0)
    if (isInside) marks[firstRow + (rowOf?.[value] ?? value)] = 1
    find = findFrom(isInside ? (starts[value + 1] ?? 0) : find.start + 1)
  }
}

/** Undefined where each row has a value. */
function rowsByValue(
  rows: number,
  presence: { readonly values: number; has(row: number): boolean },
): Uint32Array | undefined {
  if (presence.values === rows) return undefined
  const rowOf = new Uint32Array(presence.values)
  for (let row = 0, at = 0; row < rows; row++) if (presence.has(row)) rowOf[at++] = row
  return rowOf
}
