import type { App } from '@heartwood/runtime'

/** Notes why the indexer does not get on, or that it does again; said in the log when it changes. */
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
