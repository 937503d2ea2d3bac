import { NANOS_PER_SECOND, type Nanos } from '@heartwood/event'
import { ROW_GROUP_ROWS } from '../append/parquet-encoder.ts'
import { dayOf } from '../append/segment-day.ts'
import { areSummable } from '../manifest/level-counts-sum.ts'
import type { SegmentInfo } from '../manifest/manifest-format.ts'
import { byNewestRow } from './copy-segments.ts'
import { copiesOf } from './merge-by-copying.ts'
import { decodedMergesOf } from './merge-by-decoding.ts'

export interface MergeLimits {
  /** A segment with row groups of so many rows is never decoded again by a merge: its row groups are copied. */
  readonly copyRows: number
  /** Rows of a segment made by decoding: one row group. */
  readonly maxRows: number
  /** Rows times columns of one: what a merge takes of memory, where a few senders made up thousands of keys. */
  readonly maxCells: number
  /** Small segments of about the same size that are decoded at once; so many of one tier make one of the next. */
  readonly fanIn: number
  /** Row groups of a segment made by copying. */
  readonly maxGroups: number
  /** Column chunks of one, which its footer lists and every reader reads. */
  readonly maxChunks: number
  /** Bytes of a segment made by any merge. */
  readonly maxBytes: number
  /** Segments waiting for a merge, by count or together in bytes, from which on merging is eager. */
  readonly eagerSegments: number
  readonly eagerBytes: number
}

export const MERGE_LIMITS: MergeLimits = {
  copyRows: ROW_GROUP_ROWS / 4,
  maxRows: ROW_GROUP_ROWS,
  maxCells: 32_000_000,
  fanIn: 32,
  maxGroups: 32,
  maxChunks: 8192,
  maxBytes: 256 * 1024 * 1024,
  eagerSegments: 256,
  eagerBytes: 1024 * 1024 * 1024,
}

/** Segments that should become one. */
export interface Merge {
  readonly kind: 'decode' | 'copy'
  readonly inputs: readonly SegmentInfo[]
}

/** The segments of one UTC day, or those with rows of several. */
export interface DayOfSegments {
  /** In the order of their newest rows. */
  readonly segments: readonly SegmentInfo[]
  /** Nothing was received for an hour: the day is tidied further. */
  readonly settled: boolean
}

const SETTLED = 3600n * NANOS_PER_SECOND
/** What decoding costs of CPU and memory beside copying. */
const DECODING_COST = 30

/**
 * The merges that are due, those first that save most segments for the least work. Each stays within a UTC day and
 * joins what is near in time. A row is decoded about twice in its life, and copied twice: see the two kinds.
 */
export function mergesDue(segments: Iterable<SegmentInfo>, limits: MergeLimits, now: Nanos): Merge[] {
  const due: Merge[] = []
  for (const day of byDay(segments, now)) {
    const { decoded = [], copied = [] } = Object.groupBy(day.segments, (segment) => wayOf(segment, limits))
    due.push(...decodedMergesOf({ ...day, segments: decoded }, limits))
    due.push(...copiesOf({ ...day, segments: copied }, limits))
  }
  return due.sort((a, b) => costOf(a) - costOf(b))
}

/** What waits to be merged. */
export interface MergeDebt {
  readonly segments: number
  readonly bytes: number
}

export function debtOf(due: readonly Merge[]): MergeDebt {
  const waiting = due.flatMap(({ inputs }) => inputs)
  return { segments: waiting.length, bytes: waiting.reduce((sum, { bytes }) => sum + bytes, 0) }
}

export function rowGroupsOf({ rows, row_groups }: SegmentInfo): number {
  return row_groups ?? Math.ceil(rows / ROW_GROUP_ROWS)
}

function byDay(segments: Iterable<SegmentInfo>, now: Nanos): DayOfSegments[] {
  const days = Map.groupBy(segments, dayOf)
  return [...days.values()].map((day) => ({
    segments: day.sort(byNewestRow),
    settled: day.every((segment) => now - segment.max_receipt > SETTLED),
  }))
}

/** Segments too wide for a second one of that size to be decoded with are copied, however few their rows. */
function wayOf(segment: SegmentInfo, limits: MergeLimits): 'decoded' | 'copied' | 'neither' {
  const { rows, fields, counts } = segment
  const large = rows / rowGroupsOf(segment) >= limits.copyRows || rows * fields.length > limits.maxCells / 2
  if (!large) return 'decoded'
  return areSummable(counts) ? 'copied' : 'neither'
}

function costOf({ kind, inputs }: Merge): number {
  const bytes = inputs.reduce((sum, segment) => sum + segment.bytes, 0)
  return (bytes * (kind === 'decode' ? DECODING_COST : 1)) / (inputs.length - 1)
}
