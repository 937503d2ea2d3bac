import { createServer } from 'node:net'

/** Seven ports that are free now: web, ingest, and the others for the loopback apps. */
export async function freePorts(): Promise<{ web: number; ingest: number; first: number }> {
  for (let attempt = 0; attempt < 50; attempt++) {
    const first = 20_000 + Math.floor(Math.random() * 20_000)
    const ports = [0, 1, 2, 3, 4, 5, 6].map((offset) => first + offset)
    if ((await Promise.all(ports.map(isFree))).every((free) => free))
      return { web: first + 4, ingest: first + 5, first }
  }
  throw new Error('no seven free ports in a row')
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}
