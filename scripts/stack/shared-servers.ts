import { createServer } from 'node:http'
import type { TestProject } from 'vitest/node'
import { startElasticsearch } from './elasticsearch.ts'
import { startKafka } from './kafka.ts'
import { onLoopback } from './on-loopback.ts'
import { startS3 } from './s3.ts'
import type { StackServer } from './server.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Where a test asks for one of the servers that all share: `sharedServer` of shared-server.ts. */
    readonly sharedServers: string
  }
}

/** What tests can share, and how it is started. */
const SERVERS = {
  kafka: () => startKafka(),
  elasticsearch: () => startElasticsearch(),
  s3: () => startS3(),
} as const satisfies Record<string, () => Promise<StackServer>>
export type SharedServerName = keyof typeof SERVERS

/**
 * One server of each kind for a whole run of vitest, which starts when the first test asks for it, so that a run of one
 * file starts no more than it needs.
 */
export default async function shareServers(project: TestProject): Promise<() => Promise<void>> {
  const started = new Map<SharedServerName, Promise<StackServer>>()
  const start = (name: SharedServerName): Promise<StackServer> => {
    const starting = started.get(name) ?? SERVERS[name]()
    started.set(name, starting)
    return starting
  }
  const desk = createServer((request, response) => {
    const name = request.url?.slice(1) ?? ''
    if (!isShared(name)) {
      response.writeHead(404).end()
      return
    }
    start(name).then(
      ({ address }) => response.end(address),
      (error: unknown) => response.writeHead(500).end(String(error)),
    )
  })
  const listening = await onLoopback(desk)
  project.provide('sharedServers', listening.url)
  return async () => {
    await listening[Symbol.asyncDispose]()
    const all = await Promise.allSettled(started.values())
    await Promise.all(all.map((one) => one.status === 'fulfilled' && one.value[Symbol.asyncDispose]()))
  }
}

function isShared(name: string): name is SharedServerName {
  return name in SERVERS
}
