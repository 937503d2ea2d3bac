import { NANOS_PER_DAY, type Nanos } from '@heartwood/event'
import { expiredSegments } from '../../segments/manifest/retention.ts'
import type { ColdDayKey } from '../manifest/cold-format.ts'
import { removedOf } from '../manifest/cold-state.ts'
import type { UpkeepParts } from './upkeep.ts'

/** Segments that one entry takes out. */
const AT_ONCE = 500

/** Takes out the segments whose newest event and newest receipt are past the retention. */
export async function removeExpired(
  parts: UpkeepParts,
  now: Nanos,
  signal?: AbortSignal,
): Promise<{ segments: number; events: number }> {
  const { manifest } = parts
  const horizon = now - BigInt(parts.coldDays) * NANOS_PER_DAY
  const sum = { segments: 0, events: 0 }
  const state = await manifest.refresh(signal)
  for (const day of state.days.keys()) {
    if (day !== null && BigInt(day) * NANOS_PER_DAY >= horizon) continue
    for (;;) {
      const { segments, events } = await removeFrom(parts, day, now, signal)
      sum.segments += segments
      sum.events += events
      if (segments < AT_ONCE) break
    }
  }
  return sum
}

async function removeFrom(
  { manifest, committer, fenced, coldDays }: UpkeepParts,
  day: ColdDayKey,
  now: Nanos,
  signal: AbortSignal | undefined,
): Promise<{ segments: number; events: number }> {
  const limits = { retentionDays: coldDays, maxBytes: Number.POSITIVE_INFINITY }
  // Looked at first without the lease, which others wait for.
  const due = expiredSegments(await manifest.segments(manifest.state, day), limits, now)
  if (due.length === 0) return { segments: 0, events: 0 }
  let removed: readonly { readonly rows: number }[] = []
  await fenced(
    (epoch) =>
      committer.commit(
        async (state) => {
          const live = await manifest.segments(state, day)
          const remove = expiredSegments(live, limits, now).slice(0, AT_ONCE).map(removedOf)
          removed = remove
          return remove.length === 0 ? undefined : { kind: 'replace', reason: 'retention', remove, add: [] }
        },
        { epoch, ...(signal && { signal }) },
      ),
    signal,
  )
  return { segments: removed.length, events: removed.reduce((sum, { rows }) => sum + rows, 0) }
}
