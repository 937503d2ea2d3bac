import { z } from 'zod'
import { dayOf, segmentFileName } from '../append/segment-day.ts'
import { segmentPaths, segmentsDirectory } from '../append/segment-file.ts'
import { joinedSummary } from '../append/segment-summary.ts'
import { removingOnFailure, writeRows } from '../append/write-rows.ts'
import type { DurableFiles } from '../files/durable-files.ts'
import { FieldCatalog } from '../manifest/field-catalog.ts'
import { FieldEntry, SegmentInfo, Tombstone } from '../manifest/manifest-format.ts'
import { copySegments } from './copy-segments.ts'
import { readSegments } from './read-segments.ts'
import { type NewSegments, removeRows } from './remove-rows.ts'

/** What becomes of a group of segments. */
export const RewriteTask = z.discriminatedUnion('kind', [
  /** One segment, or one a day, with all their rows decoded, sorted and encoded again. */
  z.object({ kind: z.literal('decode') }),
  /** One segment with their row groups as they are. */
  z.object({ kind: z.literal('copy') }),
  /** The group is one segment: its rows without those that a delete covers. Without such rows it is left alone. */
  z.object({ kind: z.literal('remove'), tombstone: Tombstone }),
])
export type RewriteTask = z.infer<typeof RewriteTask>

/** Work on segments that takes too long for a thread that has others to answer. */
export const RewriteJob = z.object({
  dir: z.string(),
  fields: z.array(FieldEntry),
  task: RewriteTask,
  /** Each group becomes files of its own. */
  groups: z.array(z.array(SegmentInfo)),
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

export interface Rewriter {
  /** Runs a job and gives the outcome of each group. The new files are durable. Where it fails, it leaves none. */
  run(job: RewriteJob): Promise<readonly Rewritten[]>
  close(): Promise<void>
}

export async function rewriteSegments(files: DurableFiles, job: RewriteJob): Promise<readonly Rewritten[]> {
  const catalog = new FieldCatalog(job.fields)
  let count = 0
  const fresh: NewSegments = { nextName: () => `${job.name}-${++count}`, created: [] }
  return removingOnFailure(files, fresh.created, async () => {
    const rewritten: Rewritten[] = []
    for (const group of job.groups) rewritten.push(await rewriteGroup(files, job, group, catalog, fresh))
    return rewritten
  })
}

async function rewriteGroup(
  files: DurableFiles,
  { dir, task }: RewriteJob,
  group: readonly SegmentInfo[],
  catalog: FieldCatalog,
  fresh: NewSegments,
): Promise<Rewritten> {
  const { nextName, created } = fresh
  switch (task.kind) {
    case 'decode': {
      const batch = await readSegments(files, dir, group, catalog)
      return { replacements: await writeRows(files, dir, batch, catalog, nextName, created), deleted: 0 }
    }
    case 'copy': {
      const file = segmentFileName(dayOf(joinedSummary(group)), nextName())
      created.push(...segmentPaths(dir, file))
      const replacements = [await copySegments(files, dir, file, group)]
      await files.syncDirectory(segmentsDirectory(dir))
      return { replacements, deleted: 0 }
    }
    case 'remove': {
      const [segment, ...others] = group
      if (segment === undefined || others.length > 0) throw new Error('a delete rewrites segment by segment')
      return removeRows(files, dir, segment, task.tombstone, catalog, fresh)
    }
  }
}

/** The paths of the files a rewrite brought. */
export function pathsOf(dir: string, rewritten: readonly Rewritten[]): string[] {
  return rewritten.flatMap(({ replacements }) => replacements.flatMap(({ file }) => segmentPaths(dir, file)))
}
