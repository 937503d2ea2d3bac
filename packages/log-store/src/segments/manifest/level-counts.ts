import type { EventBatch, Nanos } from '@heartwood/event'
import { LEVELS, levelOfSeverity, NANOS_PER_DAY, NANOS_PER_SECOND } from '@heartwood/event'
import { z } from 'zod'
import { timeOffsets } from '../append/time-offsets.ts'

/**
 * How many events of each level a segment has in each time bucket: what counts and histograms are answered from.
 * `unit` is the width of a bucket in seconds. `cells` is a flat list of [step, level, count]: step is the distance in
 * buckets from the cell before (the first from 1970), level an index into LEVELS. Buckets are aligned to 1970.
 */
export const LevelCounts = z.object({
  unit: z.number().int().positive(),
  cells: z.array(z.number().int()),
})
export type LevelCounts = z.infer<typeof LevelCounts>

/**
 * 1 s, 10 s, 1 min, 10 min, then 1 h, 1 day, 30 days and a century for files that hold stray times. Each is a multiple
 * of the one before, so that counts can be added up.
 */
export const LADDER = [1, 10, 60, 600, 3600, 86_400, 2_592_000, 3_156_624_000] as const
const MAX_CELLS = 96

/** By severity number: the index of its level in LEVELS. */
export const LEVEL_OF_SEVERITY = Uint8Array.from({ length: 256 }, (_, severity) =>
  LEVELS.indexOf(levelOfSeverity(severity)),
)

/** Counts on the finest step of the ladder that stays small. */
export function countLevels(batch: EventBatch): LevelCounts {
  const bucketsOf = bucketing(batch.timestamp)
  for (const unit of LADDER) {
    const counts = countAt(batch, unit, bucketsOf(unit))
    if (counts !== undefined || unit === LADDER.at(-1)) return counts ?? { unit, cells: [] }
  }
  return { unit: 1, cells: [] }
}

/** For a width in seconds the bucket of a row. */
function bucketing(times: BigInt64Array): (unit: number) => (row: number) => number {
  const day = floorDiv(times[0] ?? 0n, NANOS_PER_DAY)
  const offsets = timeOffsets(times, day * NANOS_PER_DAY)
  return (unit) => {
    const width = BigInt(unit) * NANOS_PER_SECOND
    // Widths above a day do not divide where the offsets begin.
    if (offsets === undefined || width > NANOS_PER_DAY)
      return (row) => Number(floorDiv(times[row] ?? 0n, width))
    const first = Number((day * NANOS_PER_DAY) / width)
    const nanos = Number(width)
    return (row) => first + Math.floor((offsets[row] ?? 0) / nanos)
  }
}

function countAt(
  batch: EventBatch,
  unit: number,
  bucketOf: (row: number) => number,
): LevelCounts | undefined {
  const counts = new Map<number, number>()
  for (let row = 0; row < batch.length; row++) {
    const level = LEVEL_OF_SEVERITY[batch.severity_number[row] ?? 0] ?? 0
    const cell = bucketOf(row) * LEVELS.length + level
    counts.set(cell, (counts.get(cell) ?? 0) + 1)
    if (counts.size > MAX_CELLS) return undefined
  }
  const cells: number[] = []
  let before = 0
  for (const [cell, count] of [...counts].sort(([a], [b]) => a - b)) {
    const bucket = Math.floor(cell / LEVELS.length)
    cells.push(bucket - before, cell - bucket * LEVELS.length, count)
    before = bucket
  }
  return { unit, cells }
}

export interface CountCell {
  /** Start of the bucket, and its end (exclusive). */
  readonly start: Nanos
  readonly end: Nanos
  /** Index into LEVELS. */
  readonly level: number
  readonly count: number
}

const decoded = new WeakMap<LevelCounts, readonly CountCell[]>()

/** The cells of counts; worked out once for each object, since every question over a segment asks for them. */
export function cellsOf(counts: LevelCounts): readonly CountCell[] {
  let cells = decoded.get(counts)
  if (cells === undefined) {
    cells = decodeCells(counts)
    decoded.set(counts, cells)
  }
  return cells
}

function decodeCells(counts: LevelCounts): CountCell[] {
  const width = BigInt(counts.unit) * NANOS_PER_SECOND
  const cells: CountCell[] = []
  let bucket = 0n
  for (let i = 0; i + 2 < counts.cells.length; i += 3) {
    bucket += BigInt(counts.cells[i] ?? 0)
    const start = bucket * width
    const level = counts.cells[i + 1] ?? 0
    cells.push({ start, end: start + width, level, count: counts.cells[i + 2] ?? 0 })
  }
  return cells
}

/** Division rounded down, also below zero; `divisor` is positive. */
export function floorDiv(value: bigint, divisor: bigint): bigint {
  const quotient = value / divisor
  return value % divisor < 0n ? quotient - 1n : quotient
}
