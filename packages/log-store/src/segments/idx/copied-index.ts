import { crc32 } from 'node:zlib'
import { LogStoreError } from '../../port.ts'
import { idxPath } from '../append/segment-file.ts'
import type { DurableFiles } from '../files/durable-files.ts'
import type { CopiedPart } from '../merge/copy-row-groups.ts'
import type { OpenedSegment } from '../merge/opened-segment.ts'
import { decodeIdx, encodeIdx, type RowGroupParts } from './idx-file.ts'

/** The `.idx` file of a segment made of copied row groups: their parts, in the order in which `copyRowGroups` writes. */
export async function copiedIndex(
  files: DurableFiles,
  dir: string,
  parts: readonly CopiedPart[],
): Promise<Uint8Array> {
  const copied: RowGroupParts[] = []
  for (const { segment, groups } of parts) {
    for (const [index, indexed] of (await indexOf(files, dir, segment)).entries()) {
      if (groups === undefined || groups.includes(index)) copied.push(indexed)
    }
  }
  return encodeIdx(copied)
}

/** What is known of the row groups of a segment: nothing where its index is missing, damaged or of a newer format. */
async function indexOf(
  files: DurableFiles,
  dir: string,
  segment: OpenedSegment,
): Promise<readonly RowGroupParts[]> {
  const { groups } = await segment.layout()
  const unknown = groups.map(({ rows }) => ({
    rows,
    counts: undefined,
    terms: undefined,
    pairs: undefined,
    times: undefined,
  }))
  const { idx, file } = segment.info
  const bytes = idx && (await files.read(idxPath(dir, file)))
  if (bytes === undefined || bytes.length !== idx?.bytes || crc32(bytes) !== idx.crc) return unknown
  const indexed = readable(bytes)
  const isOfThese =
    indexed?.length === groups.length && indexed.every(({ rows }, group) => rows === groups[group]?.rows)
  return isOfThese ? indexed : unknown
}

function readable(bytes: Uint8Array): readonly RowGroupParts[] | undefined {
  try {
    return decodeIdx(bytes)
  } catch (error) {
    if (error instanceof LogStoreError) return undefined
    throw error
  }
}
