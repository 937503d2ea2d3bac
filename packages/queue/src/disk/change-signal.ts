import { type FSWatcher, watch } from 'node:fs'

const WATCHED_POLL_MILLIS = 250
const UNWATCHED_POLL_MILLIS = 25

/**
 * Tells when something may have changed in a folder: by the file system's own notice, and in any case after a short
 * while, because notices can be missing (network file systems, no watches left). A notice that comes between `next()`
 * calls is not lost.
 */
export class ChangeSignal implements Disposable {
  readonly #ended: AbortSignal
  #watcher: FSWatcher | undefined
  #changed = false
  #filesChanged = true
  readonly #notice = () => {
    this.#changed = true
    this.#wake?.()
  }
  #wake: (() => void) | undefined

  /** @param ended when it aborts nobody waits any more */
  constructor(directory: string, ended: AbortSignal) {
    this.#ended = ended
    ended.addEventListener('abort', this.#notice)
    try {
      this.#watcher = watch(directory, { persistent: false }, (event) => {
        if (event === 'rename') this.#filesChanged = true
        this.#notice()
      })
      this.#watcher.on('error', () => this.#unwatch())
    } catch {
      this.#unwatch()
    }
  }

  /** Resolves at the next change, after the poll interval, or when it has ended. */
  async next(): Promise<void> {
    if (!this.#changed && !this.#ended.aborted) {
      const { promise, resolve } = Promise.withResolvers<void>()
      this.#wake = resolve
      const timer = setTimeout(
        () => {
          this.#filesChanged = true
          resolve()
        },
        this.#watcher ? WATCHED_POLL_MILLIS : UNWATCHED_POLL_MILLIS,
      )
      await promise
      clearTimeout(timer)
      this.#wake = undefined
    }
    this.#changed = false
  }

  /** Whether files may have come or gone since this was asked last; content that changes does not count. */
  takeFilesChanged(): boolean {
    const changed = this.#filesChanged
    this.#filesChanged = false
    return changed
  }

  [Symbol.dispose](): void {
    this.#ended.removeEventListener('abort', this.#notice)
    this.#unwatch()
  }

  #unwatch(): void {
    this.#watcher?.close()
    this.#watcher = undefined
  }
}
