import { NANOS_PER_MILLI, type Nanos } from '@heartwood/event'
import type { ObjectStore } from '@heartwood/object-store'
import { parseCheckpoint } from '../manifest/cold-format.ts'
import { CHECKPOINT_PREFIX, LOG_PREFIX, seqOf } from '../manifest/cold-keys.ts'
import { GRACE_MS } from '../manifest/cold-manifest.ts'

/**
 * Deletes the entries that an old enough checkpoint has, and the checkpoints before it. The newest checkpoint always
 * stays, by which everybody finds out that entries are gone.
 */
export async function sweepManifest(
  objects: ObjectStore,
  now: Nanos,
  graceMs = GRACE_MS,
): Promise<{ deleted: number }> {
  const horizon = now - BigInt(graceMs) * NANOS_PER_MILLI
  const passed: string[] = []
  for await (const { key } of objects.list(CHECKPOINT_PREFIX)) {
    if (seqOf(key) === undefined) continue
    const checkpoint = parseCheckpoint(await objects.get(key), key)
    if (checkpoint.at >= horizon) break
    passed.push(key)
  }
  const base = passed.pop()
  if (base === undefined) return { deleted: 0 }
  const until = seqOf(base) ?? 0
  const entries: string[] = []
  for await (const { key } of objects.list(LOG_PREFIX)) {
    if ((seqOf(key) ?? 0) > until) break
    entries.push(key)
  }
  // Entries first: who loads meanwhile finds a gap and begins anew from the checkpoint that stays.
  await objects.delete(entries)
  await objects.delete(passed)
  return { deleted: entries.length + passed.length }
}
