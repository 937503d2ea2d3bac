import { idxName } from '../../segments/append/segment-file.ts'

/** The keys of the archive's objects. Numbers are padded, so that keys sort as they do. */

export const LOG_PREFIX = 'manifest/log/'
export const CHECKPOINT_PREFIX = 'manifest/checkpoints/'
export const SHARD_PREFIX = 'manifest/shards/'
export const BATCHES_PREFIX = 'manifest/batches/'
export const SEGMENT_PREFIX = 'segments/'

const DIGITS = 12

export function logKey(seq: number): string {
  return `${LOG_PREFIX}${numbered(seq)}`
}

export function checkpointKey(seq: number): string {
  return `${CHECKPOINT_PREFIX}${numbered(seq)}`
}

/** The number in the key of an entry or checkpoint; undefined where it has none. */
export function seqOf(key: string): number | undefined {
  const digits = /\/(\d{12})\.json$/.exec(key)?.[1]
  return digits === undefined ? undefined : Number(digits)
}

export function shardKey(file: string): string {
  return `${SHARD_PREFIX}${file}`
}

export function batchesKey(file: string): string {
  return `${BATCHES_PREFIX}${file}`
}

/** Of a Parquet or `.idx` file: its name begins with the day, which is the folder. */
export function segmentKey(file: string): string {
  return `${SEGMENT_PREFIX}${file.slice(0, DAY_LABEL)}/${file}`
}

/** As long as `2026-11-23`, and as `stray-days`. */
const DAY_LABEL = 10

export function idxKey(file: string): string {
  return segmentKey(idxName(file))
}

function numbered(seq: number): string {
  return `${String(seq).padStart(DIGITS, '0')}.json`
}
