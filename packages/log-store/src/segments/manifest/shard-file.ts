import { crc32 } from 'node:zlib'
import { z } from 'zod'
import { LogStoreError } from '../../port.ts'
import { printVersioned, SegmentInfo, versionedJson } from './manifest-format.ts'

/** A shard: segments that left the manifest log, as JSON under the format of the manifest. */
const Shard = z.object({ segments: z.array(SegmentInfo) })

export function encodeShard(segments: readonly SegmentInfo[]): { bytes: Uint8Array; crc: number } {
  const bytes = Buffer.from(printVersioned({ segments }), 'utf8')
  return { bytes, crc: crc32(bytes) }
}

/** Throws LogStoreError `corrupt` or `newer_format` naming `path`. */
export function decodeShard(bytes: Uint8Array, path: string): readonly SegmentInfo[] {
  const json = versionedJson(Buffer.from(bytes).toString('utf8'), path)
  const shard = Shard.safeParse(json)
  if (!shard.success) {
    throw new LogStoreError('corrupt', `${path} does not hold segments`, { cause: shard.error })
  }
  return shard.data.segments
}
