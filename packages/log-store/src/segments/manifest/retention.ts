import { NANOS_PER_DAY, type Nanos } from '@heartwood/event'
import { isCold } from '../cold/cold-place.ts'
import { type SegmentInfo, storedBytes } from './manifest-format.ts'

export interface RetentionLimits {
  readonly retentionDays: number
  /** Of all segments on this machine together. */
  readonly maxBytes: number
}

/**
 * The segments that may go: those whose newest event *and* newest receipt are past the retention (so that old logs
 * sent today stay as long as today's), and as many more, oldest events first, as the disk limit asks for.
 */
export function expiredSegments(
  segments: Iterable<SegmentInfo>,
  limits: RetentionLimits,
  now: Nanos,
): SegmentInfo[] {
  const horizon = now - BigInt(Math.round(limits.retentionDays * 86_400)) * (NANOS_PER_DAY / 86_400n)
  const expired: SegmentInfo[] = []
  const kept: SegmentInfo[] = []
  for (const segment of segments) {
    const past = segment.max_time < horizon && segment.max_receipt < horizon
    if (past) expired.push(segment)
    else kept.push(segment)
  }
  kept.sort((a, b) => (a.max_time < b.max_time ? -1 : a.max_time > b.max_time ? 1 : 0))
  const here = kept.filter((segment) => !isCold(segment))
  let bytes = here.reduce((sum, segment) => sum + storedBytes(segment), 0)
  for (const segment of here) {
    if (bytes <= limits.maxBytes) break
    expired.push(segment)
    bytes -= storedBytes(segment)
  }
  return expired
}
