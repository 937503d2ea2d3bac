import type { IncomingMessage } from 'node:http'

/** The body did not arrive in time. */
export class BodyTimeout extends Error {}

/** The client went away in the middle of the body. */
export class BodyCutOff extends Error {}

export interface ArrivingOptions {
  /** Time the whole body may take, milliseconds. */
  readonly timeout: number
  /** Called with each piece before it is kept; what it throws ends the body. */
  readonly onPiece: (piece: Uint8Array) => void
}

/**
 * The body of a request while it arrives. Dispose of it when done: what is still to come then runs into the void, so
 * that the client can read its answer, and the connection goes on.
 */
export class ArrivingBody implements Disposable {
  readonly #request: IncomingMessage
  readonly #onPiece: ArrivingOptions['onPiece']
  readonly #timer: NodeJS.Timeout
  #pieces: Uint8Array[] = []
  #bytes = 0
  #ended = false
  #failure: unknown
  #waiting: { readonly bytes: number; readonly wake: () => void } | undefined

  constructor(request: IncomingMessage, options: ArrivingOptions) {
    this.#request = request
    this.#onPiece = options.onPiece
    this.#timer = setTimeout(() => this.#fail(new BodyTimeout()), options.timeout)
    request.on('data', this.#take).on('end', this.#end).on('error', this.#cutOff)
    if (request.destroyed) this.#cutOff()
  }

  /** Whether everything has arrived. */
  get ended(): boolean {
    return this.#ended
  }

  /**
   * What has arrived since the last call, once it has `bytes` bytes or the body has ended. Nothing more is read until
   * the next call. Throws BodyTimeout, BodyCutOff, or what `onPiece` threw.
   */
  async gather(bytes: number): Promise<Uint8Array[]> {
    if (this.#failure === undefined && !this.#ended && this.#bytes < bytes) {
      const { promise, resolve } = Promise.withResolvers<void>()
      this.#waiting = { bytes, wake: resolve }
      this.#request.resume()
      await promise
      this.#waiting = undefined
      if (!this.#ended) this.#request.pause()
    }
    if (this.#failure !== undefined) throw this.#failure
    const pieces = this.#pieces
    this.#pieces = []
    this.#bytes = 0
    return pieces
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer)
    const request = this.#request
    request.off('data', this.#take).off('end', this.#end).off('error', this.#cutOff)
    request.resume()
  }

  readonly #take = (piece: Uint8Array): void => {
    if (this.#failure !== undefined) return
    try {
      this.#onPiece(piece)
    } catch (error) {
      this.#fail(error)
      return
    }
    this.#pieces.push(piece)
    this.#bytes += piece.length
    if (this.#waiting !== undefined && this.#bytes >= this.#waiting.bytes) this.#waiting.wake()
  }

  readonly #end = (): void => {
    this.#ended = true
    this.#waiting?.wake()
  }

  readonly #cutOff = (cause?: unknown): void => {
    if (!this.#ended) this.#fail(new BodyCutOff('the body ended before it was whole', { cause }))
  }

  #fail(reason: unknown): void {
    this.#failure ??= reason
    this.#pieces = []
    this.#waiting?.wake()
  }
}
