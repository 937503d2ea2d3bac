import { connect, createServer, type Socket } from 'node:net'
import { onLoopback } from '../../scripts/stack/on-loopback.ts'

/** Looks at what a client sends on one connection, and says of each piece whether a request of the kind begins in it. */
export type RequestWatch = (chunk: Buffer) => boolean

/** Makes a watch for each connection, since what is sent comes in pieces. */
export type RequestKind = () => RequestWatch

/** A connection between a client and a server that misbehaves when told to. */
export interface FlakyProxy extends AsyncDisposable {
  /** What clients are given instead of the server's own: host:port. */
  readonly address: string
  readonly port: number
  /** Ends every connection, and each new one at once, until `mend`. */
  cut(): void
  /** Lets no byte through in either direction, with connections open, until `mend`. */
  freeze(): void
  /** Answers come this much later, milliseconds. */
  delay(millis: number): void
  /** All is well from now on; connections that were frozen go on. */
  mend(): void
  /**
   * The server gets the next `count` requests of the kind, and its answers to them are lost; then the connection is cut,
   * or stays open without a word. Resolves when as many were lost.
   */
  loseAnswers(count: number, then: 'cut' | 'silence'): Promise<void>
}

export interface FlakyProxyOptions {
  /** Asked for each connection, since a server that is started again may be elsewhere. */
  readonly serverPort: () => number
  /** Of the proxy; a free one where none is given. */
  readonly port?: number
  /** Which requests `loseAnswers` is about. */
  readonly requests: RequestKind
}

interface Loss {
  readonly then: 'cut' | 'silence'
  left: number
  readonly done: PromiseWithResolvers<void>
}

/** Listens on 127.0.0.1 in front of a server there. */
export async function startFlakyProxy(options: FlakyProxyOptions): Promise<FlakyProxy> {
  const pairs = new Set<readonly [Socket, Socket]>()
  let state: 'well' | 'cut' | 'frozen' = 'well'
  let delayMillis = 0
  let loss: Loss | undefined

  const server = createServer((client) => {
    if (state === 'cut') {
      client.destroy()
      return
    }
    const upstream = connect({ host: '127.0.0.1', port: options.serverPort() })
    const pair = [client, upstream] as const
    pairs.add(pair)
    const end = (): void => {
      pairs.delete(pair)
      client.destroy()
      upstream.destroy()
    }
    const watch = options.requests()
    /** The answers of this connection are lost. */
    let losing: Loss | undefined
    for (const socket of pair) {
      socket.on('error', end)
      socket.on('close', end)
      if (state === 'frozen') socket.pause()
    }
    client.on('data', (chunk) => {
      if (watch(chunk) && loss !== undefined && loss.left > 0) {
        losing = loss
        losing.left--
      }
      upstream.write(chunk)
    })
    upstream.on('data', (chunk) => {
      if (losing === undefined) {
        if (delayMillis === 0) client.write(chunk)
        else setTimeout(() => client.write(chunk), delayMillis)
        return
      }
      if (losing.left === 0) losing.done.resolve()
      if (losing.then === 'cut') end()
    })
  })
  const listening = await onLoopback(server, options.port)

  return {
    address: `127.0.0.1:${listening.port}`,
    port: listening.port,
    cut() {
      state = 'cut'
      for (const pair of pairs) for (const socket of pair) socket.destroy()
    },
    freeze() {
      state = 'frozen'
      for (const pair of pairs) for (const socket of pair) socket.pause()
    },
    delay(millis) {
      delayMillis = millis
    },
    mend() {
      state = 'well'
      delayMillis = 0
      for (const pair of pairs) for (const socket of pair) socket.resume()
    },
    loseAnswers(count, then) {
      loss = { then, left: count, done: Promise.withResolvers() }
      return loss.done.promise
    },
    async [Symbol.asyncDispose]() {
      for (const pair of pairs) for (const socket of pair) socket.destroy()
      await listening[Symbol.asyncDispose]()
    },
  }
}
