/** Ctrl-C reaches us from the terminal, and once more from each of npm and the scripts that started us. */
const SAME_PRESS_MS = 1_000

/**
 * Calls `first` at the first SIGINT, SIGTERM or SIGHUP, or when the process that started us is gone, and `again` when
 * the user asks once more after that. Signals close together are one.
 */
export function onInterrupt(handlers: { first(reason: string): void; again(): void }): Disposable {
  let firstAt: number | undefined
  const handle = (reason: string) => {
    const now = performance.now()
    if (firstAt === undefined) {
      firstAt = now
      handlers.first(reason)
    } else if (now - firstAt > SAME_PRESS_MS) {
      handlers.again()
    }
  }
  const listeners = new Map<string, () => void>()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) listeners.set(signal, () => handle(signal))
  listeners.set('disconnect', () => handle('the process that started it is gone'))
  for (const [event, listener] of listeners) process.on(event, listener)
  // Waiting for "disconnect" alone is no reason to go on running.
  process.channel?.unref()
  return {
    [Symbol.dispose]() {
      for (const [event, listener] of listeners) process.off(event, listener)
    },
  }
}
