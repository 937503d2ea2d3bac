import { type EventBatch, LEVELS, NANOS_PER_SECOND } from '@heartwood/event'
import { timeOffsets } from '../append/time-offsets.ts'
import { type CountCell, floorDiv, LEVEL_OF_SEVERITY } from '../manifest/level-counts.ts'
import { ByteSink } from '../parquet/byte-sink.ts'
import { PartReader } from './part-reader.ts'

/**
 * How many events of each level a row group has in each time bucket, much finer than what the manifest says of a whole
 * segment: so a histogram whose buckets are narrow reads no rows but those at its edges.
 */
export interface TimeCounts {
  /** The width of a bucket in nanoseconds; buckets are aligned to 1970. */
  readonly unit: number
  /** By bucket, then level. */
  readonly cells: readonly TimeCell[]
}

interface TimeCell {
  readonly bucket: number
  /** Index into LEVELS. */
  readonly level: number
  readonly count: number
}

/** In nanoseconds; each is a multiple of the one before, and divides what BASE is a multiple of. */
const UNITS: readonly number[] = [1e7, 1e8, 1e9, 1e10, 6e10, 6e11, 3.6e12, 8.64e13]
const BASE = 86_400n * NANOS_PER_SECOND
/** At about twelve bytes each. */
const MAX_BUCKETS = 256

/**
 * Counts of the rows from `from` to `to` in the narrowest buckets of which there are not too many; undefined where the rows
 * are years apart.
 */
export function countTimes(batch: EventBatch, from: number, to: number): TimeCounts | undefined {
  const base = floorDiv(batch.timestamp[from] ?? 0n, BASE)
  const offsets = timeOffsets(batch.timestamp.subarray(from, to), base * BASE)
  if (offsets === undefined) return undefined
  let oldest = Number.POSITIVE_INFINITY
  let newest = Number.NEGATIVE_INFINITY
  for (let at = 0; at < offsets.length; at++) {
    const offset = offsets[at] ?? 0
    if (offset < oldest) oldest = offset
    if (offset > newest) newest = offset
  }
  const unit = UNITS.find((unit) => Math.floor(newest / unit) - Math.floor(oldest / unit) < MAX_BUCKETS)
  if (unit === undefined) return undefined
  const first = Math.floor(oldest / unit)
  const counts = new Uint32Array((Math.floor(newest / unit) - first + 1) * LEVELS.length)
  for (let at = 0; at < offsets.length; at++) {
    const level = LEVEL_OF_SEVERITY[batch.severity_number[from + at] ?? 0] ?? 0
    const cell = (Math.floor((offsets[at] ?? 0) / unit) - first) * LEVELS.length + level
    counts[cell] = (counts[cell] ?? 0) + 1
  }
  const start = Number((base * BASE) / BigInt(unit)) + first
  const cells: TimeCell[] = []
  for (const [cell, count] of counts.entries()) {
    const bucket = Math.floor(cell / LEVELS.length)
    if (count > 0) cells.push({ bucket: start + bucket, level: cell - bucket * LEVELS.length, count })
  }
  return { unit, cells }
}

/** Varints: the unit's place, how many cells; then for each the buckets since the one before, its level and count. */
export function encodeTimeCounts({ unit, cells }: TimeCounts): Uint8Array {
  const sink = new ByteSink()
  sink.varint(UNITS.indexOf(unit))
  sink.varint(cells.length)
  let before = OLDEST
  for (const { bucket, level, count } of cells) {
    sink.varint(bucket - before)
    sink.varint(level)
    sink.varint(count)
    before = bucket
  }
  return sink.bytes()
}

/** Below any bucket. */
const OLDEST = -(2 ** 51)

/** Throws RangeError where the bytes are no counts. */
export function decodeTimeCounts(bytes: Uint8Array): CountCell[] {
  const reader = new PartReader(bytes, 'counts')
  const nanos = UNITS[reader.varint()]
  if (nanos === undefined) throw new RangeError('counts of an unknown width')
  const unit = BigInt(nanos)
  const cells: CountCell[] = []
  let bucket = OLDEST
  for (let left = reader.varint(); left > 0; left--) {
    bucket += reader.varint()
    const start = BigInt(bucket) * unit
    cells.push({ start, end: start + unit, level: reader.varint(), count: reader.varint() })
  }
  reader.end()
  return cells
}
