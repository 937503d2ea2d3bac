import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { freePort } from '../../packages/db/src/embedded/free-port.ts'
import { keepRunning } from '../cluster/keep-running.ts'
import { clusterEnvironment } from '../cluster/surroundings.ts'
import { type StackServer, startLocalServer } from '../stack/server.ts'

const SERVERS = { kafka: '127.0.0.1:1', elasticsearch: 'http://127.0.0.1:2', dataFolder: '/data' }

test('servers of our own hold no copies; those the environment names are told nothing', () => {
  expect(clusterEnvironment({}, SERVERS)).toMatchObject({
    KAFKA_BROKERS: '127.0.0.1:1',
    HEARTWOOD_KAFKA_REPLICATION: '1',
    HEARTWOOD_INDEX_REPLICAS: '0',
  })
  const named = { KAFKA_BROKERS: 'kafka:9092', ELASTICSEARCH_URL: 'http://es:9200' }
  expect(clusterEnvironment(named, SERVERS)).toEqual({ HEARTWOOD_DATA_DIR: '/data' })
})

test('what the environment says already stays', () => {
  const env = { HEARTWOOD_KAFKA_PARTITIONS: '3', HEARTWOOD_DATA_DIR: '/mine' }
  const told = clusterEnvironment(env, SERVERS)
  expect(told).not.toHaveProperty('HEARTWOOD_KAFKA_PARTITIONS')
  expect(told).not.toHaveProperty('HEARTWOOD_DATA_DIR')
})

test('a server that is killed is started again in its place, until nobody wants it any more', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'heartwood-server-'))
  await using server = await startEcho(dir)
  const said: string[] = []
  const first = server.pid ?? 0
  {
    await using _kept = keepRunning('Echo', server, (line) => said.push(line))
    process.kill(first, 'SIGKILL')
    await expect.poll(() => said, { timeout: 20_000 }).toContain('Echo is ready again')
    expect(await (await fetch(server.address)).text()).toBe('here')
    expect(server.pid).not.toBe(first)
  }
  expect(said).toEqual(['Echo ended unexpectedly; starting it again', 'Echo is ready again'])
})

/** A server of the smallest kind, as the real ones are run. */
async function startEcho(dir: string): Promise<StackServer> {
  const port = await freePort()
  const address = `http://127.0.0.1:${port}`
  const program = `require('node:http').createServer((q, a) => a.end('here')).listen(${port}, '127.0.0.1')`
  return startLocalServer({
    name: 'Echo',
    address,
    command: process.execPath,
    args: ['-e', program],
    env: {},
    cwd: dir,
    logFile: join(dir, 'log'),
    answers: () =>
      fetch(address).then(
        ({ ok }) => ok,
        () => false,
      ),
    cleanUp: () => rm(dir, { recursive: true, force: true }),
  })
}
