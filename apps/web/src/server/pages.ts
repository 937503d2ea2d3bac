import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { join } from 'node:path'

export interface Pages {
  handle(request: IncomingMessage, response: ServerResponse): Promise<void>
  close(): Promise<void>
}

/** Next's request handler. Import it only after NODE_ENV is set: React chooses its build by it. */
export async function loadPages(options: {
  dev: boolean
  host: string
  port: number
  server: Server
}): Promise<Pages> {
  const { default: next } = await import('next')
  const site = next({
    dev: options.dev,
    dir: join(import.meta.dirname, '../..'),
    hostname: options.host,
    port: options.port,
    quiet: !options.dev,
    httpServer: options.server,
  })
  await site.prepare()
  return { handle: site.getRequestHandler(), close: () => site.close() }
}
