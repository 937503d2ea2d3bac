import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Nanos } from '@heartwood/event'
import { LogStoreError } from '../../port.ts'
import { dayOf, segmentFileName } from '../../segments/append/segment-day.ts'
import { segmentsDirectory } from '../../segments/append/segment-file.ts'
import { joinedSummary } from '../../segments/append/segment-summary.ts'
import { writeRows } from '../../segments/append/write-rows.ts'
import { type SegmentInfo, storedBytes } from '../../segments/manifest/manifest-format.ts'
import { copySegments } from '../../segments/merge/copy-segments.ts'
import { MERGE_LIMITS, type Merge, mergesDue } from '../../segments/merge/merge-plan.ts'
import { readSegments } from '../../segments/merge/read-segments.ts'
import { scratchFiles } from '../archive/scratch-files.ts'
import { uploadSegment } from '../archive/upload-segment.ts'
import type { ColdDayKey } from '../manifest/cold-format.ts'
import { asArchiveError } from '../manifest/cold-manifest.ts'
import { type ColdState, totalsOf } from '../manifest/cold-state.ts'
import { fetchSegment } from './fetch-segment.ts'
import { replaceSegments } from './replace-segments.ts'
import type { UpkeepParts } from './upkeep.ts'

export interface MergeParts extends Omit<UpkeepParts, 'coldDays'> {
  /** A folder for files on their way; whatever is in it goes. */
  readonly dir: string
  /** Segments that come near it are left as they are: see HEARTWOOD_ARCHIVE_SEGMENT_MB. */
  readonly segmentBytes: number
}

/** Nothing was received for so long: more of that day is not expected. */
const SETTLED = 3_600_000_000_000n
/** What a round fetches, about: it is somebody else's turn after it, and a stop does not wait long. */
const ROUND_BYTES = 256 * 1024 * 1024

/** What a round of merging did. */
export interface MergedRound {
  /** So many segments became so many. */
  readonly from: number
  readonly into: number
  /** What could not be read, a sentence each; it is tried again when something of its day changes. */
  readonly damaged: readonly string[]
}

/**
 * Makes few large segments of the many small ones that a day is archived in where little comes, once nothing more of it does: so
 * that a question opens few objects. Row groups are copied as they are, small ones are encoded anew. Who commits is decided by
 * the manifest: a merge whose inputs changed meanwhile is dropped, and its objects are left to be swept.
 */
export class SettledMerges {
  readonly #parts: MergeParts
  /** What days were like in which nothing was left to merge. */
  readonly #done = new Map<ColdDayKey, string>()

  constructor(parts: MergeParts) {
    this.#parts = parts
  }

  /** A round, newest days first. Throws LogStoreError `unavailable`. */
  async round(now: Nanos, signal?: AbortSignal): Promise<MergedRound> {
    const sum = { from: 0, into: 0, damaged: [] as string[] }
    try {
      const { manifest, dir } = this.#parts
      // What a round that was killed has left.
      await rm(dir, { recursive: true, force: true })
      let bytes = 0
      for (const day of this.#daysToLookAt(await manifest.refresh(signal), now)) {
        const merges = await this.#mergesOf(await manifest.refresh(signal), day, now)
        const damagedBefore = sum.damaged.length
        for (const merge of merges) {
          if (bytes >= ROUND_BYTES) return sum
          bytes += merge.inputs.reduce((total, segment) => total + storedBytes(segment), 0)
          await this.#merge(day, merge, sum, signal)
        }
        // What was merged may be merged further; what is damaged waits for a change.
        if (merges.length === 0 || sum.damaged.length > damagedBefore)
          this.#done.set(day, signatureOf(manifest.state, day))
      }
      return sum
    } catch (error) {
      throw asArchiveError(error)
    }
  }

  #daysToLookAt(state: ColdState, now: Nanos): ColdDayKey[] {
    const settled = [...state.days.values()].map(totalsOf).filter(({ newest }) => now - newest > SETTLED)
    return settled
      .filter(({ day, segments }) => segments > 1 && this.#done.get(day) !== signatureOf(state, day))
      .sort((a, b) => (a.newest > b.newest ? -1 : 1))
      .map(({ day }) => day)
  }

  async #mergesOf(state: ColdState, day: ColdDayKey, now: Nanos): Promise<readonly Merge[]> {
    const { manifest, segmentBytes } = this.#parts
    const limits = { ...MERGE_LIMITS, maxBytes: Math.min(segmentBytes, MERGE_LIMITS.maxBytes) }
    return mergesDue(await manifest.segments(state, day), limits, now)
  }

  async #merge(
    day: ColdDayKey,
    merge: Merge,
    sum: { from: number; into: number; damaged: string[] },
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const { objects, newName } = this.#parts
    const dir = join(this.#parts.dir, newName())
    try {
      await scratchFiles.makeDirectory(segmentsDirectory(dir))
      for (const segment of merge.inputs) await fetchSegment(objects, dir, segment, signal)
      const merged = await this.#merged(dir, merge)
      for (const segment of merged) await uploadSegment(objects, dir, segment, signal)
      const change = { reason: 'merge', day, remove: merge.inputs, add: merged } as const
      if (!(await replaceSegments(this.#parts, change, signal))) return
      sum.from += merge.inputs.length
      sum.into += merged.length
    } catch (raw) {
      const error = asArchiveError(raw)
      if (!(error instanceof LogStoreError) || error.code !== 'corrupt') throw error
      sum.damaged.push(error.message)
    } finally {
      await rm(dir, { recursive: true, force: true })
    }
  }

  async #merged(dir: string, { kind, inputs }: Merge): Promise<SegmentInfo[]> {
    const { manifest, newName } = this.#parts
    switch (kind) {
      case 'copy': {
        const file = segmentFileName(dayOf(joinedSummary(inputs)), newName())
        return [await copySegments(scratchFiles, dir, file, inputs)]
      }
      case 'decode': {
        const rows = await readSegments(scratchFiles, dir, inputs, manifest.catalog)
        return writeRows(scratchFiles, dir, rows, manifest.catalog, newName, [])
      }
    }
  }
}

function signatureOf(state: ColdState, day: ColdDayKey): string {
  const found = state.days.get(day)
  if (found === undefined) return ''
  const { segments, events, bytes, newest } = totalsOf(found)
  return [segments, events, bytes, newest].join(' ')
}
