import type { ObjectStore } from '@heartwood/object-store'
import { shardDayOf } from '../../segments/append/segment-day.ts'
import { type SegmentInfo, storedBytes } from '../../segments/manifest/manifest-format.ts'
import { folderOf } from '../day-folders.ts'
import { asArchiveError, ColdManifest } from '../manifest/cold-manifest.ts'
import { totalsOf } from '../manifest/cold-state.ts'
import { readMirror } from '../standalone/mirror.ts'

/** What counts in an object store, as the manifest there says that was read last. */
export interface KnownSegments {
  readonly segments: number
  readonly bytes: number
  /** The days that have segments, as the folders of their objects are called, in the order of time. */
  readonly days: readonly string[]
  /** Throws LogStoreError `corrupt` where what the manifest says of that day cannot be read. */
  segmentsOf(day: string): Promise<readonly SegmentInfo[]>
  /** Keys of objects that counted once, and are deleted in a while. */
  readonly dropped: ReadonlySet<string>
}

/**
 * Reads what counts in an object store: the archive of a cluster, or the old segments of one machine by the mirror of its manifest.
 * Gives undefined where neither is there. What it gives reads anew. Throws LogStoreError `corrupt`, `newer_format` or
 * `unavailable`.
 * @param place what errors call the object store
 */
export async function openKnownSegments(
  objects: ObjectStore,
  place: string,
  signal?: AbortSignal,
): Promise<(() => Promise<KnownSegments>) | undefined> {
  try {
    if ((await readMirror(objects, place, signal)) !== undefined)
      return async () => mirrored((await readMirror(objects, place, signal))?.segments ?? [])
    const manifest = new ColdManifest({ objects, clock: () => performance.now() })
    const { seq } = await manifest.refresh(signal)
    return seq === 0 ? undefined : () => archived(manifest, signal)
  } catch (error) {
    throw asArchiveError(error)
  }
}

function mirrored(segments: readonly SegmentInfo[]): KnownSegments {
  const days = Map.groupBy(segments, (segment) => folderOf(shardDayOf(segment) ?? null))
  return {
    segments: segments.length,
    bytes: segments.reduce((sum, segment) => sum + storedBytes(segment), 0),
    days: [...days.keys()].sort(),
    segmentsOf: async (day) => days.get(day) ?? [],
    dropped: new Set(),
  }
}

async function archived(manifest: ColdManifest, signal?: AbortSignal): Promise<KnownSegments> {
  const state = await manifest.refresh(signal)
  const totals = [...state.days.values()].map(totalsOf)
  const days = new Map(totals.map(({ day }) => [folderOf(day), day]))
  return {
    segments: totals.reduce((sum, { segments }) => sum + segments, 0),
    bytes: totals.reduce((sum, { bytes }) => sum + bytes, 0),
    days: [...days.keys()].sort(),
    async segmentsOf(folder) {
      const day = days.get(folder)
      return day === undefined ? [] : manifest.segments(state, day)
    },
    dropped: new Set(state.dropped.map(({ key }) => key)),
  }
}
