import { setTimeout as pause } from 'node:timers/promises'
import { type EmbeddedPostgres, startEmbeddedPostgres } from '@heartwood/db/embedded'
import { backoff } from './backoff.ts'

export interface Database {
  readonly url: string
  readonly pid: number | undefined
  stop(): Promise<void>
}

/**
 * The PostgreSQL that comes along, started again when it ends unasked, always on the same port with the same password, so
 * that the apps' connections find it again.
 */
export async function runDatabase(options: {
  readonly dir: string
  readonly port: number
  readonly log: (line: string) => void
  readonly say: (line: string) => void
}): Promise<Database> {
  const { dir, port, log, say } = options
  const stopping = new AbortController()
  const pauses = backoff()
  let server: EmbeddedPostgres | undefined = await startEmbeddedPostgres({ dir, port, log })
  const { url } = server

  const running = (async () => {
    while (server !== undefined) {
      const started = performance.now()
      await server.exited
      server = undefined
      while (server === undefined && !stopping.signal.aborted) {
        const wait = pauses.next(performance.now() - started)
        say(`PostgreSQL ended unexpectedly; starting it again in ${wait / 1000} s`)
        await pause(wait, undefined, { signal: stopping.signal }).catch(() => {})
        if (stopping.signal.aborted) return
        server = await startEmbeddedPostgres({ dir, port, log }).catch((error: unknown) => {
          say(String(error))
          return undefined
        })
      }
      // Asked to stop while it was starting.
      if (stopping.signal.aborted) await server?.stop()
    }
  })()

  return {
    url,
    get pid() {
      return server?.pid
    },
    async stop() {
      stopping.abort()
      await server?.stop()
      await running
    },
  }
}
