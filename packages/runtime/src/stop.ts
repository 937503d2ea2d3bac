import type { Logger } from 'pino'

/** Things to stop, in reverse order of adding, each within its time. */
export interface Stopper {
  readonly stopping: boolean
  /** Why it stops, in words; undefined before. */
  readonly reason?: string | undefined
  /** Aborts when the stop begins: end loops and streams on it. */
  readonly signal: AbortSignal
  add(what: string, stop: () => Promise<void> | void): void
  /** Stops everything and ends the process with the code. A second call does nothing. */
  stop(reason: string, exitCode?: number): Promise<void>
}

/**
 * Stops on SIGTERM, SIGINT, and when the supervisor's end of the IPC channel is gone (it was killed).
 * @param seconds that the whole stop may take before the process ends anyway; nothing accepted is lost by that: it is in the queue
 */
export function stopper(log: Logger, seconds: number): Stopper {
  const parts: { what: string; stop: () => Promise<void> | void }[] = []
  const controller = new AbortController()
  let why: string | undefined
  const self: Stopper = {
    get stopping() {
      return controller.signal.aborted
    },
    get reason() {
      return why
    },
    signal: controller.signal,
    add(what, stop) {
      parts.push({ what, stop })
    },
    async stop(reason, exitCode = 0) {
      if (controller.signal.aborted) return
      why = reason
      log.info(`stopping: ${reason}`)
      controller.abort()
      setTimeout(() => {
        log.warn(`not stopped after ${seconds} s, ending anyway`)
        process.exit(exitCode === 0 ? 1 : exitCode)
      }, seconds * 1_000).unref()
      for (const part of parts.reverse()) {
        try {
          await part.stop()
        } catch (error) {
          log.error({ err: error }, `could not stop ${part.what} in order`)
        }
      }
      process.exit(exitCode)
    },
  }
  process.once('SIGTERM', () => void self.stop('SIGTERM'))
  // Ctrl-C reaches the whole process group; the supervisor decides the order, so a child with a parent waits for it.
  process.on('SIGINT', () => {
    if (process.send === undefined) void self.stop('SIGINT')
  })
  process.once('disconnect', () => void self.stop('the supervisor is gone'))
  process.on('uncaughtException', (error) => {
    log.fatal({ err: error }, 'uncaught exception')
    void self.stop('uncaught exception', 1)
  })
  process.on('unhandledRejection', (error) => {
    log.fatal({ err: error }, 'unhandled rejection')
    void self.stop('unhandled rejection', 1)
  })
  return self
}
