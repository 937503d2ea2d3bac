import { once } from 'node:events'
import { createServer } from 'node:net'

/** A port of 127.0.0.1 that is free now. */
export async function freePort(): Promise<number> {
  const [port = 0] = await freePorts(1)
  return port
}

/** So many different ones: all are held until each is chosen, since one that is let go may be the next that is given. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'))
  const ports: number[] = []
  try {
    for (const server of servers) {
      if (!server.listening) await once(server, 'listening')
      const address = server.address()
      if (address === null || typeof address === 'string') throw new Error('no free port on 127.0.0.1')
      ports.push(address.port)
    }
  } finally {
    await Promise.all(servers.map((server) => server[Symbol.asyncDispose]()))
  }
  return ports
}
