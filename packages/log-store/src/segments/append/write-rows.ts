import { setImmediate } from 'node:timers/promises'
import { type EventBatch, freeRows } from '@heartwood/event'
import type { DurableFiles } from '../files/durable-files.ts'
import type { FieldCatalog } from '../manifest/field-catalog.ts'
import type { SegmentInfo } from '../manifest/manifest-format.ts'
import { segmentFileName } from './segment-day.ts'
import { segmentPaths, segmentsDirectory, writeSegment } from './segment-file.ts'
import { segmentRows } from './segment-rows.ts'

/** Stores rows as durable segment files. `created` gets their paths, also those half-written by a failure. */
export async function writeRows(
  files: DurableFiles,
  dir: string,
  batch: EventBatch,
  catalog: FieldCatalog,
  nextName: () => string,
  created: string[],
): Promise<SegmentInfo[]> {
  const written: SegmentInfo[] = []
  // Before the rows are sorted, and again before they are encoded, the thread does what waits.
  await setImmediate()
  for (const { day, batch: rows } of segmentRows(batch)) {
    await setImmediate()
    const file = segmentFileName(day, nextName())
    created.push(...segmentPaths(dir, file))
    written.push(await writeSegment(files, dir, file, rows, catalog))
    freeRows(rows)
  }
  if (written.length > 0) await files.syncDirectory(segmentsDirectory(dir))
  return written
}

/** Runs what creates files; where it fails, they are removed. */
export async function removingOnFailure<T>(
  files: DurableFiles,
  created: readonly string[],
  task: () => Promise<T>,
): Promise<T> {
  try {
    return await task()
  } catch (error) {
    for (const path of created) await files.remove(path).catch(() => undefined)
    throw error
  }
}
