interface Waiter {
  readonly bytes: number
  readonly admit: () => void
}

/**
 * Bytes that may be under way at once. What does not fit waits for its turn, so a slow store slows down the reading of the
 * queue; what is larger than all the room goes alone.
 */
export class Room {
  readonly #limit: number
  readonly #waiting: Waiter[] = []
  #taken = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  get taken(): number {
    return this.#taken
  }

  /** Resolves when there is room, to what gives it back. Throws the reason of the signal where that comes first. */
  async take(bytes: number, signal: AbortSignal): Promise<Disposable> {
    signal.throwIfAborted()
    if (this.#waiting.length > 0 || !this.#fits(bytes)) await this.#turn(bytes, signal)
    else this.#taken += bytes
    let isBack = false
    return {
      [Symbol.dispose]: () => {
        if (isBack) return
        isBack = true
        this.#taken -= bytes
        this.#admit()
      },
    }
  }

  async #turn(bytes: number, signal: AbortSignal): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const waiter: Waiter = { bytes, admit: resolve }
    const giveUp = () => {
      const place = this.#waiting.indexOf(waiter)
      if (place < 0) return
      this.#waiting.splice(place, 1)
      reject(signal.reason)
      this.#admit()
    }
    this.#waiting.push(waiter)
    signal.addEventListener('abort', giveUp, { once: true })
    try {
      await promise
    } finally {
      signal.removeEventListener('abort', giveUp)
    }
  }

  #admit(): void {
    for (let next = this.#waiting[0]; next !== undefined && this.#fits(next.bytes); next = this.#waiting[0]) {
      this.#waiting.shift()
      this.#taken += next.bytes
      next.admit()
    }
  }

  #fits(bytes: number): boolean {
    return this.#taken === 0 || this.#taken + bytes <= this.#limit
  }
}
