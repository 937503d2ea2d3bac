import { setTimeout as pause } from 'node:timers/promises'
import type { App } from './app.ts'

const AGAIN_MILLIS = 2_000

/** Notes why an app does not get on, or that it does again; said in the log when it changes. */
export function noteObstacle(
  { notReady, log }: Pick<App, 'notReady' | 'log'>,
  name: string,
  reason: string | undefined,
): void {
  if (reason === undefined) {
    if (notReady.delete(name)) log.info(`${name} gets on again`)
    return
  }
  if (notReady.get(name) !== reason) log.warn(`${name}: ${reason}`)
  notReady.set(name, reason)
}

/**
 * Does what needs a server, again and again while `isAway` says of its error that the server is away; `notReady` says so under
 * `name` meanwhile. Throws what waiting does not mend, and when the app stops.
 */
export async function patiently<T>(
  { log, notReady, stopping }: Pick<App, 'log' | 'notReady' | 'stopping'>,
  name: string,
  task: () => Promise<T>,
  isAway: (error: unknown) => boolean,
): Promise<T> {
  for (;;) {
    try {
      const done = await task()
      notReady.delete(name)
      return done
    } catch (error) {
      if (!isAway(error)) throw error
      const message = error instanceof Error ? error.message : String(error)
      if (notReady.get(name) !== message) log.warn(message)
      notReady.set(name, message)
      await pause(AGAIN_MILLIS, undefined, { signal: stopping.signal })
    }
  }
}
