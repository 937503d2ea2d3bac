import { LogStoreError } from '../../port.ts'
import { ChecksummedFile } from '../files/checksummed-file.ts'
import type { DurableFiles } from '../files/durable-files.ts'
import {
  encodeFooter,
  type FileColumn,
  MAGIC,
  type PlacedChunk,
  type PlacedRowGroup,
} from '../parquet/file-footer.ts'
import { type NullChunk, nullChunk } from '../parquet/null-chunk.ts'
import type { OpenedSegment } from './opened-segment.ts'

/** Row groups of a segment. */
export interface CopiedPart {
  readonly segment: OpenedSegment
  /** Their places in the file, rising; all without it. */
  readonly groups?: readonly number[]
}

export interface CopiedFile {
  readonly bytes: number
  readonly crc: number
  readonly fields: number[]
  readonly row_groups: number
}

/** A row group of a file that is copied: its chunks by field id. */
interface SourceGroup {
  readonly segment: OpenedSegment
  readonly rows: number
  readonly chunks: ReadonlyMap<number, PlacedChunk>
}

/**
 * Writes row groups of segments behind each other into a new file, their chunks and Bloom filters byte for byte, under
 * a footer of its own; a column that a segment lacks gets chunks without values. Holds about a row group in memory.
 * The file is durable, its name after `syncDirectory`. Throws LogStoreError `corrupt` where segments do not fit
 * together.
 */
export async function copyRowGroups(
  files: DurableFiles,
  path: string,
  parts: readonly CopiedPart[],
): Promise<CopiedFile> {
  const { columns, sources } = await planCopy(parts)
  await using file = await ChecksummedFile.create(files, path)
  await file.write(MAGIC)
  const absent = new Map<number, NullChunk>()
  const copied: { readonly source: SourceGroup; readonly chunks: PlacedChunk[] }[] = []
  for (const source of sources) {
    copied.push({ source, chunks: await copyChunks(file, source, columns, absent) })
  }
  const groups: PlacedRowGroup[] = []
  for (const { source, chunks } of copied) {
    groups.push({ rows: source.rows, chunks: await copyBlooms(file, source.segment, chunks) })
  }
  await file.write(encodeFooter({ columns, groups }))
  return { ...(await file.finish()), fields: columns.map(({ id }) => id), row_groups: groups.length }
}

/** The columns of all parts, by field id, and their row groups in order. */
async function planCopy(
  parts: readonly CopiedPart[],
): Promise<{ columns: FileColumn[]; sources: SourceGroup[] }> {
  const columns = new Map<number, FileColumn>()
  const sources: SourceGroup[] = []
  for (const { segment, groups } of parts) {
    const layout = await segment.layout()
    for (const column of layout.columns) {
      const known = columns.get(column.id) ?? column
      if (known.type !== column.type) {
        throw new LogStoreError('corrupt', `${segment.path} has another type for the field ${column.id}`)
      }
      columns.set(column.id, known)
    }
    for (const [index, { rows, chunks }] of layout.groups.entries()) {
      if (groups !== undefined && !groups.includes(index)) continue
      const byField = new Map(
        layout.columns.flatMap(({ id }, at) => {
          const chunk = chunks[at]
          return chunk === undefined ? [] : [[id, chunk] as const]
        }),
      )
      sources.push({ segment, rows, chunks: byField })
    }
  }
  return { columns: [...columns.values()].sort((a, b) => a.id - b.id), sources }
}

/** Copies the chunks of a row group in the order of `columns`: one read, one write. */
async function copyChunks(
  file: ChecksummedFile,
  { segment, rows, chunks }: SourceGroup,
  columns: readonly FileColumn[],
  absent: Map<number, NullChunk>,
): Promise<PlacedChunk[]> {
  const from = Math.min(...[...chunks.values()].map(({ start }) => start))
  const to = Math.max(...[...chunks.values()].map(({ end }) => end))
  const group = await segment.read(from, to)
  const parts: Uint8Array[] = []
  const placed: PlacedChunk[] = []
  let at = file.length
  const put = (chunk: PlacedChunk, bytes: Uint8Array) => {
    placed.push(moved(chunk, at - chunk.start))
    parts.push(bytes)
    at += bytes.length
  }
  for (const { id } of columns) {
    const chunk = chunks.get(id)
    if (chunk !== undefined) {
      put(chunk, group.subarray(chunk.start - from, chunk.end - from))
    } else {
      const empty = absent.get(rows) ?? nullChunk(rows)
      absent.set(rows, empty)
      put(empty.placed, empty.bytes)
    }
  }
  await file.write(Buffer.concat(parts))
  return placed
}

/** The same chunk `by` bytes further on. */
function moved(chunk: PlacedChunk, by: number): PlacedChunk {
  const { start, end, dictionaryAt, dataAt } = chunk
  return {
    ...chunk,
    start: start + by,
    end: end + by,
    dictionaryAt: dictionaryAt === undefined ? undefined : dictionaryAt + by,
    dataAt: dataAt + by,
  }
}

/** Copies the Bloom filters of chunks, whose places are still those in the segment they come from. */
async function copyBlooms(
  file: ChecksummedFile,
  segment: OpenedSegment,
  chunks: readonly PlacedChunk[],
): Promise<PlacedChunk[]> {
  const parts: Uint8Array[] = []
  const placed: PlacedChunk[] = []
  let at = file.length
  for (const chunk of chunks) {
    if (chunk.bloomAt === undefined) {
      placed.push(chunk)
      continue
    }
    const { offset, length } = chunk.bloomAt
    parts.push(await segment.read(offset, offset + length))
    placed.push({ ...chunk, bloomAt: { offset: at, length } })
    at += length
  }
  if (parts.length > 0) await file.write(Buffer.concat(parts))
  return placed
}
