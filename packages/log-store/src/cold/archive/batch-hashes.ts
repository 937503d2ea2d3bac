import { crc32 } from 'node:zlib'
import { LogStoreError } from '../../port.ts'
import { BATCH_HASH_BYTES } from '../../segments/manifest/batch-hash.ts'
import type { BatchesInfo } from '../manifest/cold-format.ts'

/** Hashes of the batches of a partition: those that their clients named, or all others. */
export interface BatchHashes {
  readonly partition: number
  readonly named: boolean
  /** The newest receipt among them, epoch nanoseconds. */
  readonly newest: bigint
  readonly hashes: readonly Uint8Array[]
}

const MAGIC = 'HWB1'
/** Of a section: partition, whether named, newest receipt, how many. */
const SECTION_BYTES = 4 + 4 + 8 + 4

/** The object with sections of hashes, and what the manifest says of it. */
export function encodeBatches(
  file: string,
  sections: readonly BatchHashes[],
): { readonly bytes: Uint8Array; readonly info: BatchesInfo } {
  const count = sections.reduce((sum, { hashes }) => sum + hashes.length, 0)
  const bytes = Buffer.alloc(MAGIC.length + sections.length * SECTION_BYTES + count * BATCH_HASH_BYTES)
  let at = bytes.write(MAGIC, 'latin1')
  for (const { partition, named, newest, hashes } of sections) {
    at = bytes.writeUInt32LE(partition, at)
    at = bytes.writeUInt32LE(named ? 1 : 0, at)
    at = bytes.writeBigInt64LE(newest, at)
    at = bytes.writeUInt32LE(hashes.length, at)
    for (const hash of hashes) {
      bytes.set(hash, at)
      at += BATCH_HASH_BYTES
    }
  }
  const newest_named = newestOf(sections.filter(({ named }) => named))
  const newest_other = newestOf(sections.filter(({ named }) => !named))
  return {
    bytes,
    info: {
      file,
      count,
      bytes: bytes.length,
      crc: crc32(bytes),
      ...(newest_named !== undefined && { newest_named }),
      ...(newest_other !== undefined && { newest_other }),
    },
  }
}

/** Throws LogStoreError `corrupt` where the bytes are not what was written. */
export function decodeBatches(content: Uint8Array, { file, bytes, crc }: BatchesInfo): BatchHashes[] {
  if (content.length !== bytes || crc32(content) !== crc)
    throw new LogStoreError('corrupt', `${file} of the archive does not hold what was written`)
  const view = Buffer.from(content.buffer, content.byteOffset, content.length)
  const sections: BatchHashes[] = []
  for (let at = MAGIC.length; at < view.length; ) {
    const count = view.readUInt32LE(at + 16)
    const hashes = Array.from({ length: count }, (_, index) => {
      const from = at + SECTION_BYTES + index * BATCH_HASH_BYTES
      return view.subarray(from, from + BATCH_HASH_BYTES)
    })
    sections.push({
      partition: view.readUInt32LE(at),
      named: view.readUInt32LE(at + 4) === 1,
      newest: view.readBigInt64LE(at + 8),
      hashes,
    })
    at += SECTION_BYTES + count * BATCH_HASH_BYTES
  }
  return sections
}

function newestOf(sections: readonly BatchHashes[]): bigint | undefined {
  if (sections.length === 0) return undefined
  return sections.reduce(
    (newest, one) => (one.newest > newest ? one.newest : newest),
    sections[0]?.newest ?? 0n,
  )
}
