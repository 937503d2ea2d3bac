import { once } from 'node:events'
import { Server as HttpServer } from 'node:http'
import type { Server } from 'node:net'

/** A server that listens on this machine alone. Disposing ends it with its connections; also a second time. */
export interface OnLoopback extends AsyncDisposable {
  readonly url: string
  readonly port: number
}

/** Listens on 127.0.0.1, on a free port where none is given. */
export async function onLoopback(server: Server, port = 0): Promise<OnLoopback> {
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('a server on loopback has no port')
  return {
    url: `http://127.0.0.1:${address.port}`,
    port: address.port,
    async [Symbol.asyncDispose]() {
      if (server instanceof HttpServer) server.closeAllConnections()
      if (server.listening) await server[Symbol.asyncDispose]()
    },
  }
}
