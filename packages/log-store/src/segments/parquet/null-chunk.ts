import { ENCODING } from './column-chunk.ts'
import type { PlacedChunk } from './file-footer.ts'
import { placeChunk } from './placed-chunk.ts'

export interface NullChunk {
  readonly bytes: Uint8Array
  /** As if it were at the start of a file. */
  readonly placed: PlacedChunk
}

/** The chunk of a column that has no value in any of so many rows; it is the same for a column of any type. */
export function nullChunk(rows: number): NullChunk {
  const parts: Uint8Array[] = []
  const page = { rows, present: new Uint8Array(rows), encoding: ENCODING.plain, values: [] }
  const chunk = { rows, nulls: rows, pages: [page], bounds: () => undefined }
  const placed = placeChunk(chunk, 'zstd', 0, (bytes) => parts.push(bytes))
  return { bytes: Buffer.concat(parts), placed }
}
