import { SearchOutput, SystemOutput } from '@heartwood/api'
import { expect, test } from 'vitest'
import { sharedServer } from '../../scripts/stack/shared-server.ts'
import { followTail } from './followed-tail.ts'
import { type RunningCluster, startCluster } from './running-cluster.ts'

const patience = { interval: 200 }

function addresses({ webUrls, ingestUrls }: RunningCluster) {
  const [webA, webB] = webUrls
  const [ingestA, ingestB] = ingestUrls
  if (webA === undefined || webB === undefined || ingestA === undefined || ingestB === undefined)
    throw new Error(`not two of each: ${webUrls} ${ingestUrls}`)
  return { webA, webB, ingestA, ingestB }
}

async function send(ingestUrl: string, service: string, messages: readonly string[]): Promise<void> {
  const body = messages.map((message) => JSON.stringify({ level: 'info', message })).join('\n')
  const response = await fetch(`${ingestUrl}/ingest?service=${service}`, { method: 'POST', body })
  expect(response.status).toBe(200)
}

async function count(webUrl: string, query: string): Promise<number> {
  const response = await fetch(`${webUrl}/api/v1/search?${new URLSearchParams({ query, limit: '1' })}`)
  return response.ok ? SearchOutput.parse(await response.json()).total : -1
}

async function processes(webUrl: string): Promise<string[]> {
  const system = SystemOutput.parse(await (await fetch(`${webUrl}/api/v1/system`)).json())
  return system.apps.map(({ app, instance, state }) => `${instance ?? app} ${state}`)
}

const lines = (name: string, amount: number) =>
  Array.from({ length: amount }, (_, index) => `sapling ${name} ${index}`)

test('two of each: what is sent to one ingest is found at the other page and followed on both, through the death of an indexer, a query app and an ingest', async () => {
  const servers = { kafka: await sharedServer('kafka'), elasticsearch: await sharedServer('elasticsearch') }
  await using cluster = await startCluster(servers)
  const { webA, webB, ingestA, ingestB } = addresses(cluster)
  // They see each other within two seconds of being ready.
  await expect
    .poll(() => processes(webB), patience)
    .toEqual([
      ...['ingest', 'indexer', 'query', 'alerter', 'web'].flatMap((app) => [
        `${app}-1 ready`,
        `${app}-2 ready`,
      ]),
      'demo off',
    ])

  await using onA = await followTail(webA, 'sapling')
  await using onB = await followTail(webB, 'sapling')
  const first = lines('first', 60)
  // Senders of many names, so that their partitions are of both indexers.
  for (let service = 0; service < 12; service++)
    await send(
      service % 2 ? ingestA : ingestB,
      `service-${service}`,
      first.slice(service * 5, service * 5 + 5),
    )
  await expect.poll(() => count(webB, 'first'), patience).toBe(60)
  for (const tail of [onA, onB])
    await expect.poll(() => [...tail.messages].sort(), patience).toEqual([...first].sort())

  await end(cluster, 'indexer-1')
  const second = lines('second', 60)
  for (let service = 0; service < 12; service++)
    await send(ingestA, `service-${service}`, second.slice(service * 5, service * 5 + 5))
  await expect.poll(() => count(webA, 'second'), patience).toBe(60)
  for (const tail of [onA, onB]) expect(tail.gaps()).toBeGreaterThan(0)

  await end(cluster, 'query-1')
  await end(cluster, 'ingest-1')
  for (const web of [webA, webB]) await expect.poll(() => count(web, 'sapling'), patience).toBe(120)
  await expect
    .poll(() => processes(webA), patience)
    .not.toContainEqual(expect.stringMatching(/ (down|not_ready)$/))

  await using again = await followTail(webA, 'third')
  await send(ingestA, 'service-1', ['third'])
  await send(ingestB, 'service-2', ['third'])
  await expect.poll(() => again.messages, patience).toEqual(['third', 'third'])
  // Whatever was killed, no line came twice on the one that stayed.
  const seen = [onA, onB].find(({ messages }) => messages.length > 0)?.messages ?? []
  expect(new Set(seen).size).toBe(seen.length)
  expect(await cluster.stop()).toBe(0)
})

/** SIGKILL, and waits until the supervisor has started it again. */
async function end(cluster: RunningCluster, name: string): Promise<void> {
  const before = await cluster.pid(name)
  if (before === undefined) throw new Error(`${name} does not run`)
  process.kill(before, 'SIGKILL')
  await expect
    .poll(async () => {
      const now = await cluster.pid(name)
      return now !== undefined && now !== before
    }, patience)
    .toBe(true)
}
