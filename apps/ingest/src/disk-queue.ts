import { join } from 'node:path'
import { openDiskPublisher, type QueuePublisher } from '@heartwood/queue'
import type { Settings } from '@heartwood/settings'
import { queueLimit } from './queue-limit.ts'

/** The queue of a standalone installation. */
export function openDiskQueue(settings: Settings): Promise<QueuePublisher> {
  return openDiskPublisher({
    dir: join(settings.HEARTWOOD_DATA_DIR, 'queue'),
    limitBytes: queueLimit(settings),
  })
}
