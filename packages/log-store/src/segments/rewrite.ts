import { type EventBatch, isoFromNanos, NANOS_PER_DAY } from '@heartwood/event'
import { z } from 'zod'
import type { DurableFiles } from './durable-files.ts'
import { FieldCatalog } from './field-catalog.ts'
import { FieldEntry, SegmentInfo, Tombstone } from './manifest-format.ts'
import { readSegments, segmentPath, segmentsDirectory, writeSegment } from './segment-file.ts'
import { segmentRows } from './segment-rows.ts'
import { queryOf, rowsMatching, withoutRows } from './tombstones.ts'

/** Work on segments that takes too long for a thread that has others to answer. */
export const RewriteJob = z.object({
  dir: z.string(),
  fields: z.array(FieldEntry),
  /** Each group becomes files of its own. */
  groups: z.array(z.array(SegmentInfo)),
  /** The rows to leave out. Without it the groups are merged; with it a group without such rows is left alone. */
  remove: Tombstone.optional(),
  /** Names of new files begin with it; nobody else uses it. */
  name: z.string(),
})
export type RewriteJob = z.infer<typeof RewriteJob>

/** What takes the place of a group; nothing does where no row was to be removed. */
export const Rewritten = z.object({
  replacements: z.array(SegmentInfo),
  deleted: z.number().int().nonnegative(),
})
export type Rewritten = z.infer<typeof Rewritten>

/** Runs a job and gives the outcome of each group. The new files are durable. Where it fails, it leaves none. */
export type Rewriter = (job: RewriteJob) => Promise<readonly Rewritten[]>

export async function rewriteSegments(files: DurableFiles, job: RewriteJob): Promise<readonly Rewritten[]> {
  const { dir, groups, remove, name } = job
  const catalog = new FieldCatalog(job.fields)
  const created: string[] = []
  let count = 0
  const nextName = () => `${name}-${++count}`
  return removingOnFailure(files, created, async () => {
    const rewritten: Rewritten[] = []
    for (const group of groups) {
      const batch = await readSegments(files, dir, group, catalog)
      const matches =
        remove === undefined ? undefined : rowsMatching(batch, queryOf(remove), remove, remove.at)
      const rest = matches === undefined ? batch : withoutRows(batch, matches)
      const untouched = matches?.length === 0
      const replacements = untouched ? [] : await writeRows(files, dir, rest, catalog, nextName, created)
      rewritten.push({ replacements, deleted: matches?.length ?? 0 })
    }
    return rewritten
  })
}

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
  for (const { day, batch: rows } of segmentRows(batch)) {
    const label = day === undefined ? 'stray-days' : isoFromNanos(day * NANOS_PER_DAY).slice(0, -14)
    const file = `${label}-${nextName()}.parquet`
    created.push(segmentPath(dir, file))
    written.push(await writeSegment(files, dir, file, rows, catalog))
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

/** The paths of the files a rewrite brought. */
export function pathsOf(dir: string, rewritten: readonly Rewritten[]): string[] {
  return rewritten.flatMap(({ replacements }) => replacements.map(({ file }) => segmentPath(dir, file)))
}
