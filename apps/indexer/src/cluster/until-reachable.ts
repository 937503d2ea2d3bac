import { QueueError } from '@heartwood/queue'
import { type App, patiently } from '@heartwood/runtime'

/** Opens what needs the queue, however long that is away. Throws what waiting does not mend, and when the app stops. */
export function untilReachable<T>(
  app: Pick<App, 'log' | 'notReady' | 'stopping'>,
  open: () => Promise<T>,
): Promise<T> {
  return patiently(app, 'the queue', open, (error) => error instanceof QueueError && error.code === 'io')
}
