import { NANOS_PER_MILLI, type Nanos } from '@heartwood/event'
import { holdingTombstones } from '../../segments/append/tombstones.ts'
import { GRACE_MS } from '../manifest/cold-manifest.ts'
import type { UpkeepParts } from './upkeep.ts'

/** Objects that one entry says are gone. */
const AT_ONCE = 1_000

/**
 * Deletes the objects that have counted no more for longer than any reader looks at them, and forgets the deletes that
 * nothing to come can be covered by. Gives how many objects went.
 */
export async function sweepDropped(
  { objects, manifest, committer, fenced }: UpkeepParts,
  now: Nanos,
  signal?: AbortSignal,
  graceMs = GRACE_MS,
): Promise<number> {
  const horizon = now - BigInt(graceMs) * NANOS_PER_MILLI
  const state = await manifest.refresh(signal)
  const keys = state.dropped.flatMap(({ key, at }) => (at < horizon ? [key] : [])).slice(0, AT_ONCE)
  const tombstones = state.tombstones.length - holdingTombstones(state.tombstones, now).length
  if (keys.length === 0 && tombstones === 0) return 0
  // Before the entry: who dies between the two has them deleted again, which does no harm.
  await objects.delete(keys, signal)
  await fenced(
    (epoch) =>
      committer.commit(
        (current) => {
          const left = new Set(current.dropped.map(({ key }) => key))
          const gone = keys.filter((key) => left.has(key))
          const held = current.tombstones.length - holdingTombstones(current.tombstones, now).length
          return gone.length === 0 && held === 0 ? undefined : { kind: 'swept', keys: gone, tombstones: held }
        },
        { epoch, ...(signal && { signal }) },
      ),
    signal,
  )
  return keys.length
}
