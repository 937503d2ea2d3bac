import { randomUUID } from 'node:crypto'
import { LogStoreError } from '@heartwood/log-store'
import { proveExclusivePuts } from '@heartwood/log-store/cold'
import type { ObjectStore } from '@heartwood/object-store'
import { QueueError } from '@heartwood/queue'
import { type App, patiently } from '@heartwood/runtime'

/** Opens what needs the queue, however long that is away. Throws what waiting does not mend, and when the app stops. */
export function untilReachable<T>(
  app: Pick<App, 'log' | 'notReady' | 'stopping'>,
  open: () => Promise<T>,
): Promise<T> {
  return patiently(app, 'the queue', open, (error) => error instanceof QueueError && error.code === 'io')
}

/** Waits for the objects of the archive, and proves that they can be committed to safely. */
export async function untilUsable(app: App, objects: ObjectStore): Promise<void> {
  try {
    await patiently(
      app,
      'the archive',
      () => proveExclusivePuts(objects, randomUUID),
      (error) => error instanceof LogStoreError && error.code === 'unavailable',
    )
  } catch (error) {
    if (!(error instanceof LogStoreError)) throw error
    app.log.fatal(error.message)
    process.exit(1)
  }
}
