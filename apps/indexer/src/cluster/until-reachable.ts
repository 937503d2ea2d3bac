import { setTimeout as pause } from 'node:timers/promises'
import { QueueError } from '@heartwood/queue'
import type { App } from '@heartwood/runtime'

const AGAIN_MILLIS = 2_000

/** Opens what needs the queue, however long that is away. Throws what waiting does not mend, and when the app stops. */
export async function untilReachable<T>(
  { log, notReady, stopping }: Pick<App, 'log' | 'notReady' | 'stopping'>,
  open: () => Promise<T>,
): Promise<T> {
  for (;;) {
    try {
      const opened = await open()
      notReady.delete('the queue')
      return opened
    } catch (error) {
      if (!(error instanceof QueueError) || error.code !== 'io') throw error
      if (notReady.get('the queue') !== error.message) log.warn(error.message)
      notReady.set('the queue', error.message)
      await pause(AGAIN_MILLIS, undefined, { signal: stopping.signal })
    }
  }
}
