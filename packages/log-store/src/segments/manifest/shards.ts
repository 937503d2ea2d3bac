import { join } from 'node:path'
import { dayLabel, type ShardDay, shardDayOf } from '../append/segment-day.ts'
import { type DurableFiles, writeWhole } from '../files/durable-files.ts'
import type { SegmentInfo, ShardInfo } from './manifest-format.ts'
import type { ManifestState } from './manifest-state.ts'
import { encodeShard } from './shard-file.ts'
import { type MovedFiles, shardsDirectory } from './side-files.ts'

/** Days with fewer segments share a file, and so do, when many days change at once, the smaller ones of them. */
const MIN_SEGMENTS = 4
const MAX_WRITTEN = 32

/**
 * Writes the segments of the days that changed since the last checkpoint into files, durable with their names; the
 * files of other days stay as they are.
 */
export async function moveSegments(
  files: DurableFiles,
  dir: string,
  state: Pick<ManifestState, 'segments' | 'shards' | 'changedDays'>,
  nextName: () => string,
): Promise<MovedFiles<ShardInfo>> {
  const { shards, changedDays } = state
  if (changedDays.size === 0) return { files: shards, created: [], obsolete: [] }
  const days = Map.groupBy(state.segments.values(), shardDayOf)
  const apart = daysApart(days, changedDays)
  const kept = shards.filter(({ day }) => day !== undefined && !changedDays.has(day))
  const sizes = new Map(shards.map((shard) => [shard.day, shard]))
  const shared = sizes.get(undefined)
  const alone = new Set([...kept.map(({ day }) => day), ...apart])
  const together = [...days].filter(([day]) => !alone.has(day)).flatMap(([, segments]) => segments)
  // Days that had a file of their own and get one again were not in the shared one.
  const sharedChanged = [...changedDays].some(
    (day) => day === undefined || !apart.has(day) || !sizes.has(day),
  )
  const made: ShardInfo[] = []
  for (const day of apart) made.push(await writeShard(files, dir, day, days.get(day) ?? [], nextName()))
  if (!sharedChanged && shared !== undefined) kept.push(shared)
  else if (together.length > 0) made.push(await writeShard(files, dir, undefined, together, nextName()))
  if (made.length > 0) await files.syncDirectory(shardsDirectory(dir))
  const paths = (of: readonly ShardInfo[]) => of.map(({ file }) => join(shardsDirectory(dir), file))
  return {
    files: [...kept, ...made],
    created: paths(made),
    obsolete: paths(shards.filter((shard) => !kept.includes(shard))),
  }
}

/** The changed days that get a file of their own. */
function daysApart(
  days: ReadonlyMap<ShardDay, readonly SegmentInfo[]>,
  changed: ReadonlySet<ShardDay>,
): ReadonlySet<number> {
  const sizes = [...changed].flatMap((day) => {
    const size = days.get(day)?.length ?? 0
    return day !== undefined && size >= MIN_SEGMENTS ? [{ day, size }] : []
  })
  const largest = sizes.sort((a, b) => b.size - a.size).slice(0, MAX_WRITTEN)
  return new Set(largest.map(({ day }) => day))
}

async function writeShard(
  files: DurableFiles,
  dir: string,
  day: ShardDay,
  segments: readonly SegmentInfo[],
  name: string,
): Promise<ShardInfo> {
  const label = day === undefined ? 'few-a-day' : dayLabel(BigInt(day))
  const file = `${label}-${name}.json`
  const { bytes, crc } = encodeShard(segments)
  await writeWhole(files, join(shardsDirectory(dir), file), bytes)
  return { file, ...(day !== undefined && { day }), count: segments.length, bytes: bytes.length, crc }
}
