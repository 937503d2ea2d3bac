import { crc32 } from 'node:zlib'
import type { ObjectStore } from '@heartwood/object-store'
import { storedBytes } from '../../segments/manifest/manifest-format.ts'
import type { ColdCommitter, CommitOptions } from './cold-committer.ts'
import { type ColdDay, type ColdDayKey, printCold, type ShardInfo } from './cold-format.ts'
import { shardKey } from './cold-keys.ts'
import type { ColdManifest } from './cold-manifest.ts'
import type { ColdState } from './cold-state.ts'

/** Changes of days that lie in the checkpoints themselves, from which on the largest of them get a shard. */
const MAX_LOOSE = 256

/** The days whose segments should go into an object of their own, those with most changes first. */
export function daysToFold({ days }: ColdState): ColdDayKey[] {
  const byChanges = [...days.values()].sort((a, b) => changesOf(b) - changesOf(a))
  let loose = byChanges.reduce((sum, day) => sum + changesOf(day), 0)
  const chosen: ColdDayKey[] = []
  for (const day of byChanges) {
    if (loose <= MAX_LOOSE) break
    loose -= changesOf(day)
    chosen.push(day.day)
  }
  return chosen
}

function changesOf({ added, removed }: ColdDay): number {
  return added.length + removed.length
}

export interface FoldParts {
  readonly objects: ObjectStore
  readonly manifest: ColdManifest
  readonly committer: ColdCommitter
  readonly newName: () => string
}

/** Puts the segments of a day, as they are now, into an object of their own. What comes meanwhile stays beside it. */
export async function foldDay(parts: FoldParts, day: ColdDayKey, options: CommitOptions): Promise<void> {
  const { objects, manifest, committer, newName } = parts
  const state = await manifest.refresh(options.signal)
  const before = state.days.get(day)
  if (before === undefined) return
  const segments = await manifest.segments(state, day)
  let shard: ShardInfo | undefined
  if (segments.length > 0) {
    const file = `${day ?? 'stray'}-${newName()}.json`
    const bytes = printCold({ segments: [...segments] })
    await objects.put(shardKey(file), bytes, { ...(options.signal && { signal: options.signal }) })
    const times = segments.flatMap(({ max_time, max_receipt }) => [max_time, max_receipt])
    shard = {
      file,
      count: segments.length,
      bytes: bytes.length,
      crc: crc32(bytes),
      events: segments.reduce((sum, { rows }) => sum + rows, 0),
      stored_bytes: segments.reduce((sum, segment) => sum + storedBytes(segment), 0),
      min_time: least(segments.map(({ min_time }) => min_time)),
      max_time: most(segments.map(({ max_time }) => max_time)),
      newest: most(times),
    }
  }
  await committer.commit((now) => {
    // Folded by somebody else since: that shard is the newer one.
    if (now.days.get(day)?.shard?.file !== before.shard?.file) return undefined
    return { kind: 'fold', day, upto: state.seq, ...(shard !== undefined && { shard }) }
  }, options)
}

function least(times: readonly bigint[]): bigint {
  return times.reduce((least, time) => (time < least ? time : least))
}

function most(times: readonly bigint[]): bigint {
  return times.reduce((most, time) => (time > most ? time : most))
}
