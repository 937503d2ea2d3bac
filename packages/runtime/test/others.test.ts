import { createServer } from 'node:http'
import { accessPolicy } from '@heartwood/access'
import { readSettings } from '@heartwood/settings'
import { pino } from 'pino'
import { Registry } from 'prom-client'
import { expect, test } from 'vitest'
import { onLoopback } from '../../../scripts/stack/on-loopback.ts'
import {
  type App,
  AppError,
  alone,
  anyClient,
  clientAt,
  type InstanceList,
  inCluster,
  type RegisteredInstance,
} from '../src/index.ts'
import { advertisedUrl } from '../src/others/in-cluster.ts'

const TOKEN = 'internal-token-of-the-test'

function app(env: Record<string, string> = {}): App {
  const read = readSettings(env)
  const access = accessPolicy({ host: '127.0.0.1', token: undefined, allowedHosts: '' })
  if (!read.ok || !access.ok) throw new Error('the settings are valid')
  const stopped = new AbortController()
  return {
    name: 'web',
    settings: read.settings,
    internalToken: TOKEN,
    access: access.policy,
    log: pino({ level: 'silent' }),
    metrics: new Registry(),
    notReady: new Map(),
    stopping: { stopping: false, signal: stopped.signal, add: () => undefined, stop: async () => undefined },
  }
}

/** A list that the test writes. */
function list(): InstanceList & { instances: InstanceList['instances']; said: RegisteredInstance[] } {
  const said: RegisteredInstance[] = []
  return {
    instances: [],
    said,
    register: async (self) => void said.push(self()),
    close: async () => undefined,
  }
}

function known(app: string, name: string, more: Partial<InstanceList['instances'][number]> = {}) {
  const health = { reasons: {}, warnings: {} }
  const base = { id: `${app} ${name}`, app, name, url: `http://${app}-${name}:1`, version: '1', startedAt: 1 }
  return { ...base, health, isUp: true, silentMillis: 100, ...more }
}

/** A server that counts what it is asked. */
async function server(status: number) {
  let asked = 0
  const http = createServer((_request, response) => {
    asked++
    response.writeHead(status).end(String(status))
  })
  const { url, [Symbol.asyncDispose]: close } = await onLoopback(http)
  return { client: clientAt('query', url, TOKEN), asked: () => asked, [Symbol.asyncDispose]: close }
}
const signal = new AbortController().signal

test('of several the first that can answer is asked, and no other', async () => {
  await using away = await server(200)
  await away[Symbol.asyncDispose]()
  await using starting = await server(503)
  await using up = await server(404)
  await using idle = await server(200)
  const client = anyClient('query', () => [away, starting, up, idle].map((each) => each.client))
  const answer = await client.call('/x', { signal })
  expect([answer.status, starting.asked(), up.asked(), idle.asked()]).toEqual([404, 1, 1, 0])
})

test('where none can answer, the reason of the last is told; where there is none at all, that', async () => {
  await using starting = await server(503)
  const some = anyClient('query', () => [starting.client])
  expect((await some.call('/x', { signal })).status).toBe(503)
  const none = anyClient('query', () => [])
  await expect(none.call('/x', { signal })).rejects.toThrow(AppError)
})

test('standalone there is one of each, on the ports of the settings', () => {
  const others = alone(app({ HEARTWOOD_QUERY_PORT: '4999', HEARTWOOD_HOST: '0.0.0.0' }))
  expect(others.instances('query').map(({ url }) => url)).toEqual(['http://127.0.0.1:4999'])
  expect(others.instances('ingest').map(({ url }) => url)).toEqual(['http://127.0.0.1:4318'])
})

test('in a cluster those that are up are asked, each process beginning with another', async () => {
  const registry = list()
  const others = inCluster(app({ HEARTWOOD_INSTANCE: 'b' }), registry)
  await others.register(3000)
  const [self] = registry.said
  expect(self).toMatchObject({ id: others.self, app: 'web', name: 'b', url: 'http://127.0.0.1:3000' })
  registry.instances = [
    known('query', 'a'),
    known('query', 'b'),
    known('query', 'c', { isUp: false, silentMillis: 9_000 }),
    known('web', 'a'),
  ]
  const urls = () => others.instances('query').map(({ url }) => url)
  expect(urls()).toEqual(['http://query-a:1', 'http://query-b:1'])
  registry.instances = [...registry.instances, known('web', 'b', { id: others.self })]
  expect(urls()).toEqual(['http://query-b:1', 'http://query-a:1'])
  expect(others.missing()).toMatchObject([{ app: 'query', name: 'c', silentMillis: 9_000 }])
})

test('without a name an instance has that of its machine and port', async () => {
  const registry = list()
  await inCluster(app(), registry).register(4318)
  expect(registry.said[0]?.name).toMatch(/:4318$/)
})

test.each([
  ['127.0.0.1', '127.0.0.1', 'http://127.0.0.1:80'],
  ['10.1.1.1', '10.2.2.2', 'http://10.1.1.1:80'],
  ['0.0.0.0', '10.2.2.2', 'http://10.2.2.2:80'],
  ['::', '10.2.2.2', 'http://10.2.2.2:80'],
])('who listens on %s, with %s for the apps, is reached under %s', (host, internal, url) => {
  expect(advertisedUrl(host, internal, 80)).toBe(url)
})
