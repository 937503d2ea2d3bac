import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { NANOS_PER_DAY, type Nanos } from '@heartwood/event'
import type { DeleteRequest } from '../../port.ts'
import { segmentsDirectory } from '../../segments/append/segment-file.ts'
import { tombstoneOf } from '../../segments/append/tombstones.ts'
import type { SegmentInfo, Tombstone } from '../../segments/manifest/manifest-format.ts'
import { removeRows } from '../../segments/merge/remove-rows.ts'
import type { Rewritten } from '../../segments/merge/rewrite.ts'
import { scratchFiles } from '../archive/scratch-files.ts'
import { uploadSegment } from '../archive/upload-segment.ts'
import type { ColdDayKey } from '../manifest/cold-format.ts'
import { asArchiveError } from '../manifest/cold-manifest.ts'
import { fetchSegment } from './fetch-segment.ts'
import { replaceSegments } from './replace-segments.ts'
import type { UpkeepParts } from './upkeep.ts'

export interface DeleteParts extends Omit<UpkeepParts, 'coldDays'> {
  /** A folder for files on their way; each delete has one of its own in it. */
  readonly dir: string
}

/**
 * Removes from the archive what matches, and from what was accepted before `acceptedBefore` and is not archived yet. Segments
 * that have such rows are written anew, one after the other; where it fails or is killed some are, and the same request again
 * completes it. Counts are of events that were archived.
 */
export async function deleteEvents(
  parts: DeleteParts,
  request: DeleteRequest,
  now: Nanos,
  signal?: AbortSignal,
): Promise<{ deleted: number }> {
  const { manifest, committer, fenced, newName } = parts
  const tombstone = tombstoneOf(request, now)
  const dir = join(parts.dir, newName())
  try {
    // From here on nothing comes in that it covers, so what is there now is all there is.
    await fenced(
      (epoch) =>
        committer.commit(() => ({ kind: 'tombstone', tombstone }), {
          epoch,
          name: newName(),
          ...(signal && { signal }),
        }),
      signal,
    )
    await scratchFiles.makeDirectory(segmentsDirectory(dir))
    let deleted = 0
    for (const day of manifest.state.days.keys())
      if (mayHold(day, tombstone)) deleted += await deleteFromDay({ ...parts, dir }, day, tombstone, signal)
    return { deleted }
  } catch (error) {
    throw asArchiveError(error)
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}

function mayHold(day: ColdDayKey, { from, to }: Tombstone): boolean {
  if (day === null) return true
  const start = BigInt(day) * NANOS_PER_DAY
  return start < to && start + NANOS_PER_DAY > from
}

async function deleteFromDay(
  parts: DeleteParts,
  day: ColdDayKey,
  tombstone: Tombstone,
  signal: AbortSignal | undefined,
): Promise<number> {
  const { manifest } = parts
  const looked = new Set<string>()
  let deleted = 0
  for (;;) {
    const segments = await manifest.segments(await manifest.refresh(signal), day)
    const next = segments.find(
      ({ file, min_time, max_time }) =>
        !looked.has(file) && min_time < tombstone.to && max_time >= tombstone.from,
    )
    if (next === undefined) return deleted
    looked.add(next.file)
    const rewritten = await rewrite(parts, next, tombstone, signal)
    const replacement = { reason: 'delete', day, remove: [next], add: rewritten.replacements } as const
    if (rewritten.deleted > 0 && (await replaceSegments(parts, replacement, signal)))
      deleted += rewritten.deleted
    // What took the place of one that another rewrote meanwhile is looked at in its turn.
    for (const { file } of rewritten.replacements) looked.add(file)
    await rm(segmentsDirectory(parts.dir), { recursive: true, force: true })
    await scratchFiles.makeDirectory(segmentsDirectory(parts.dir))
  }
}

/** Brings a segment here, and uploads the rest of it where there is something to remove. */
async function rewrite(
  { objects, dir, manifest, newName }: DeleteParts,
  segment: SegmentInfo,
  tombstone: Tombstone,
  signal: AbortSignal | undefined,
): Promise<Rewritten> {
  // Row groups that stay as they are take their part of the index along; one that is not what it was is left out.
  await fetchSegment(objects, dir, segment, signal)
  const fresh = { nextName: newName, created: [] }
  const rewritten = await removeRows(scratchFiles, dir, segment, tombstone, manifest.catalog, fresh)
  if (rewritten.deleted > 0)
    for (const replacement of rewritten.replacements) await uploadSegment(objects, dir, replacement, signal)
  return rewritten
}
