import { type FSWatcher, watch } from 'node:fs'

const WATCHED_POLL_MILLIS = 250
const UNWATCHED_POLL_MILLIS = 25

/**
 * Tells when something may have changed in a folder: by the file system's own notice, and in any case after a short
 * while, because notices can be missing (network file systems, no watches left). A notice that comes between `next()`
 * calls is not lost.
 */
export class ChangeSignal implements Disposable {
  #watcher: FSWatcher | undefined
  #changed = false
  #wake: (() => void) | undefined

  constructor(directory: string) {
    try {
      this.#watcher = watch(directory, { persistent: false }, () => this.#notice())
      this.#watcher.on('error', () => this.#unwatch())
    } catch {
      this.#unwatch()
    }
  }

  /** Resolves at the next change, after the poll interval, or when `signal` aborts. */
  async next(signal: AbortSignal): Promise<void> {
    if (!this.#changed && !signal.aborted) {
      const { promise, resolve } = Promise.withResolvers<void>()
      const wake = () => resolve()
      this.#wake = wake
      const timer = setTimeout(wake, this.#watcher ? WATCHED_POLL_MILLIS : UNWATCHED_POLL_MILLIS)
      signal.addEventListener('abort', wake)
      await promise
      clearTimeout(timer)
      signal.removeEventListener('abort', wake)
      this.#wake = undefined
    }
    this.#changed = false
  }

  [Symbol.dispose](): void {
    this.#unwatch()
  }

  #notice(): void {
    this.#changed = true
    this.#wake?.()
  }

  #unwatch(): void {
    this.#watcher?.close()
    this.#watcher = undefined
  }
}
