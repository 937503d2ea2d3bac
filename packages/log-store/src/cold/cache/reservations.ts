import { LogStoreError } from '../../port.ts'

interface Waiting {
  readonly bytes: number
  readonly begin: () => void
}

/** Shares out a number of bytes: who comes first is served first, and waits until there are enough. */
export class Reservations {
  readonly #all: number
  readonly #waiting: Waiting[] = []
  #taken = 0

  constructor(all: number) {
    this.#all = all
  }

  /**
   * Takes so many until what it gives is disposed of. With `waits` false it takes them at once, also where they are not there:
   * who has some and waits for more could wait for ever. Throws LogStoreError `unsupported` where there are never so many, and
   * the reason of `signal`.
   */
  async take(
    bytes: number,
    { signal, waits }: { readonly signal: AbortSignal; readonly waits: boolean },
  ): Promise<Disposable> {
    if (bytes > this.#all) {
      throw new LogStoreError(
        'unsupported',
        `the question needs ${megabytes(bytes)} of the archive at a time, and only ${megabytes(this.#all)} are kept here: narrow its time range`,
      )
    }
    if (waits && !this.#fits(bytes)) await this.#turn(bytes, signal)
    else this.#taken += bytes
    return {
      [Symbol.dispose]: () => {
        this.#taken -= bytes
        this.#beginWaiting()
      },
    }
  }

  #fits(bytes: number): boolean {
    return this.#waiting.length === 0 && this.#taken + bytes <= this.#all
  }

  async #turn(bytes: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const waiting: Waiting = { bytes, begin: resolve }
    const onAbort = () => {
      this.#waiting.splice(this.#waiting.indexOf(waiting), 1)
      this.#beginWaiting()
      reject(signal.reason)
    }
    this.#waiting.push(waiting)
    signal.addEventListener('abort', onAbort, { once: true })
    try {
      await promise
    } finally {
      signal.removeEventListener('abort', onAbort)
    }
  }

  #beginWaiting(): void {
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      if (this.#taken > 0 && this.#taken + next.bytes > this.#all) return
      this.#waiting.shift()
      this.#taken += next.bytes
      next.begin()
    }
  }
}

function megabytes(bytes: number): string {
  return `${Math.ceil(bytes / 1e6).toLocaleString('en')} MB`
}
