import { setTimeout as pause } from 'node:timers/promises'

const RETRY_MILLIS = 250

/** Does something until it succeeds. Rejects with the reason of the signal once that aborts. */
export async function insist<T>(
  attempt: () => Promise<T>,
  signal: AbortSignal,
  onFailure: (error: unknown) => void,
): Promise<T> {
  for (;;) {
    signal.throwIfAborted()
    try {
      return await attempt()
    } catch (error) {
      onFailure(error)
      await pause(RETRY_MILLIS, undefined, { signal })
    }
  }
}
