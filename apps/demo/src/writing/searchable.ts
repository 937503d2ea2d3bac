import { setTimeout as pause } from 'node:timers/promises'
import { BatchOutput } from '@heartwood/api'
import { HOSTS } from '../agents/agents.ts'
import type { QueryApp } from '../query-app.ts'
import { batchKey, type Slot } from './slots.ts'

const POLL_MILLIS = 150

/** Resolves when what was sent of a slot can be found. Rejects with the reason of the signal once that aborts. */
export async function searchable(
  query: QueryApp,
  seed: number,
  slot: Slot,
  signal: AbortSignal,
): Promise<void> {
  for (const host of HOSTS) {
    const path = `/api/v1/batches/${encodeURIComponent(batchKey(seed, host, slot))}`
    for (;;) {
      const batch = await query.get(path, {}, BatchOutput, signal).catch(() => undefined)
      if (batch?.state === 'searchable') break
      signal.throwIfAborted()
      await pause(POLL_MILLIS, undefined, { signal })
    }
  }
}
