import type { SpoolState } from '@heartwood/queue/spool'
import type { App } from '@heartwood/runtime'

const LOOK_MILLIS = 1_000
/** From here on a body may find no room. */
const FULL_SHARE = 0.95

/**
 * Says on /readyz and in the log how it stands with Kafka: away is a warning as long as the spool has room, since
 * ingest does its work; with a full spool ingest is not ready.
 */
export function spoolHealth(
  app: Pick<App, 'log' | 'warnings' | 'notReady' | 'stopping'>,
  state: () => SpoolState,
): void {
  let away = false
  const look = (): void => {
    const { trouble, bytes, limit } = state()
    if (trouble === undefined) {
      app.warnings?.delete('kafka')
      app.notReady.delete('kafka')
    } else {
      const share = `${Math.round((100 * bytes) / limit)}% of the spool is used`
      app.warnings?.set('kafka', `${trouble}; ${share}`)
      if (bytes > FULL_SHARE * limit) app.notReady.set('kafka', `${trouble}; the spool is full`)
      else app.notReady.delete('kafka')
    }
    if (away === (trouble !== undefined)) return
    away = !away
    if (away) app.log.warn(`Kafka is away, what arrives goes to the spool: ${trouble}`)
    else app.log.info('Kafka has taken all that was in the spool')
  }
  const timer = setInterval(look, LOOK_MILLIS)
  app.stopping.add('the look at the spool', () => clearInterval(timer))
}
