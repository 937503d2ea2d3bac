import {
  type ClientRequest,
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request,
  type ServerResponse,
} from 'node:http'
import { onLoopback } from '../../scripts/stack/on-loopback.ts'

/** Stands between clients and an HTTP server of this machine. */
export interface HttpProxy extends AsyncDisposable {
  /** What clients are given instead of the server's own. */
  readonly url: string
}

/** @param meet is given each request, and lets one thing happen to it. */
export async function httpProxy(upstream: string, meet: (passage: HttpPassage) => void): Promise<HttpProxy> {
  const target = new URL(upstream)
  const server = createServer((incoming, outgoing) => meet(new HttpPassage(target, incoming, outgoing)))
  return onLoopback(server)
}

/** One request that has come to a proxy. */
export class HttpPassage {
  readonly #target: URL
  readonly #incoming: IncomingMessage
  readonly #outgoing: ServerResponse

  constructor(target: URL, incoming: IncomingMessage, outgoing: ServerResponse) {
    this.#target = target
    this.#incoming = incoming
    this.#outgoing = outgoing
  }

  get method(): string {
    return this.#incoming.method ?? 'GET'
  }

  /** With its query. */
  get path(): string {
    return this.#incoming.url ?? '/'
  }

  /** It goes on, and the answer comes back. One that cannot be had, or not all of it, ends the connection, as it would without a proxy. */
  pass(): void {
    const onward = this.#onward()
    onward.once('response', (answer) => {
      this.#outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(this.#outgoing)
      answer.once('close', () => {
        if (!answer.complete) this.cut()
      })
    })
    this.#incoming.pipe(onward)
  }

  /** The server carries it out, and the connection ends instead of the answer. */
  loseAnswer(): void {
    void this.carryOut().then(() => this.cut())
  }

  /** Resolves when the server has carried it out, or will not any more; the client hears nothing. */
  carryOut(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const onward = this.#onward()
    onward.once('response', (answer) => answer.resume().once('close', resolve))
    onward.once('close', resolve)
    this.#incoming.pipe(onward)
    return promise
  }

  /** The connection ends; the server hears nothing, or no more. */
  cut(): void {
    this.#incoming.socket.destroy()
  }

  /** Both connections end when the server has half of the body. */
  breakHalfWay(): void {
    let left = Math.floor(Number(this.#incoming.headers['content-length'] ?? 0) / 2)
    if (left === 0) {
      this.cut()
      return
    }
    const onward = this.#onward()
    this.#incoming.on('data', (chunk: Buffer) => {
      if (left === 0) return
      const half = chunk.subarray(0, left)
      left -= half.length
      const isLast = left === 0
      onward.write(half, () => {
        if (!isLast) return
        onward.destroy()
        this.cut()
      })
    })
  }

  /** The proxy answers in the server's place, once the request is here. */
  answer(status: number, headers: IncomingHttpHeaders, body: string): void {
    this.#incoming.resume().on('end', () => {
      this.#outgoing.writeHead(status, headers)
      this.#outgoing.end(body)
    })
  }

  #onward(): ClientRequest {
    const onward = request({
      host: this.#target.hostname,
      port: this.#target.port,
      method: this.method,
      path: this.path,
      // The host too goes on as it came: of a request to S3 it is signed.
      headers: this.#incoming.headers,
    })
    onward.on('error', () => this.cut())
    this.#outgoing.once('close', () => onward.destroy())
    return onward
  }
}
