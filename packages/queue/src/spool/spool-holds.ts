import { join } from 'node:path'
import { openDiskConsumer } from '../disk/consumer.ts'
import { drainedPosition } from './drained-position.ts'
import { SPOOL_PARTITION } from './spool-drain.ts'

/** The file beside a spool that says how far it has been sent on. */
export function drainedFile(dir: string): string {
  return join(dir, 'drained.json')
}

/** Whether the spool in this folder has records that were not sent on, while no process is at it. */
export async function spoolHolds(dir: string): Promise<boolean> {
  const consumer = await openDiskConsumer({ dir, partitions: 1 })
  try {
    const end = await consumer.end(SPOOL_PARTITION)
    return end !== null && ((await drainedPosition(drainedFile(dir)).read()) ?? -1n) < end
  } finally {
    await consumer.close()
  }
}
