import { mkdir, readFile, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { freePort } from '@heartwood/db/embedded'
import { openDiskPublisher } from '@heartwood/queue'
import { recordHeader } from '@heartwood/queue/contract'
import { drainedFile, drainedPosition } from '@heartwood/queue/spool'
import { describe, expect, test, vi } from 'vitest'
import { z } from 'zod'
import {
  childrenOf,
  freePortSettings,
  isRunning,
  listen,
  startHeartwood,
  temporaryFolder,
  until,
} from './processes.ts'

// Real processes on a machine that may be busy with other tests.
vi.setConfig({ testTimeout: 120_000 })

const READY = /Heartwood is ready after [\d.]+ s: (\S+)/

test('it starts, says one address, stops in order on Ctrl-C and leaves nothing running', async () => {
  await using folder = await temporaryFolder()
  const ports = await freePortSettings()
  const apps = 'web,query,alerter,indexer,ingest'
  await using heartwood = startHeartwood({ ...ports, HEARTWOOD_DATA_DIR: folder.path, APPS: apps })
  const [, address] = await heartwood.said(READY)
  expect(address).toBe(`http://127.0.0.1:${ports.HEARTWOOD_WEB_PORT}`)
  expect(JSON.parse(await readFile(join(folder.path, 'run/address.json'), 'utf8'))).toEqual({
    web_url: address,
    ingest_url: `http://127.0.0.1:${ports.HEARTWOOD_INGEST_PORT}`,
  })
  const children = childrenOf(heartwood.pid)
  expect(children.length).toBeGreaterThanOrEqual(6)
  heartwood.signal('SIGINT')
  expect(await heartwood.exited).toBe(0)
  expect(children.filter(isRunning)).toEqual([])
  const stops = await readFile(join(folder.path, 'stops.txt'), 'utf8')
  expect(stops.trim().split('\n')).toEqual(['ingest', 'indexer', 'alerter', 'query', 'web'])
  await expect(stat(join(folder.path, 'run/lock'))).rejects.toThrow('ENOENT')
})

test('lines of the apps carry their name and are made for people', async () => {
  await using folder = await temporaryFolder()
  await using heartwood = startHeartwood({ ...(await freePortSettings()), HEARTWOOD_DATA_DIR: folder.path })
  await heartwood.said(READY)
  expect(heartwood.text).toMatch(/^ingest {4}\| \d\d:\d\d:\d\d\.\d{3} info {2}ingest is ready port=\d+$/m)
})

test('an app that crashes is started again, and the others do not notice', async () => {
  await using folder = await temporaryFolder()
  const ports = await freePortSettings()
  await using heartwood = startHeartwood({ ...ports, HEARTWOOD_DATA_DIR: folder.path })
  await heartwood.said(READY)
  const before = await pidOf(ports.HEARTWOOD_INGEST_PORT)
  const other = await pidOf(ports.HEARTWOOD_INDEXER_PORT)
  process.kill(before, 'SIGKILL')
  await heartwood.said(/ingest ended unexpectedly \(SIGKILL\); starting it again in 0.25 s/)
  await until(
    async () => (await pidOf(ports.HEARTWOOD_INGEST_PORT).catch(() => before)) !== before,
    'a new ingest',
  )
  expect(await pidOf(ports.HEARTWOOD_INDEXER_PORT)).toBe(other)
})

test('the demo that has nothing more to do is not started again, nor begun once it is over', async () => {
  await using folder = await temporaryFolder()
  const ports = await freePortSettings()
  const env = { ...ports, HEARTWOOD_DATA_DIR: folder.path, APPS: 'demo,ingest' }
  {
    await using heartwood = startHeartwood(env)
    await heartwood.said(READY)
    process.kill(await pidOf(ports.HEARTWOOD_DEMO_PORT), 'SIGTERM')
    await heartwood.said(/demo has nothing more to do/)
    process.kill(await pidOf(ports.HEARTWOOD_INGEST_PORT), 'SIGTERM')
    await heartwood.said(/ingest ended unexpectedly \(exit code 0\)/)
  }
  await mkdir(join(folder.path, 'demo'))
  await writeFile(join(folder.path, 'demo/ended.json'), '{}')
  for (const more of [{}, { HEARTWOOD_DEMO: 'off' }]) {
    await using again = startHeartwood({ ...env, ...more })
    await again.said(READY)
    await expect(fetch(`http://127.0.0.1:${ports.HEARTWOOD_DEMO_PORT}/healthz`)).rejects.toThrow()
  }
})

test('PostgreSQL that crashes is started again under the same address', async () => {
  await using folder = await temporaryFolder()
  await using heartwood = startHeartwood({ ...(await freePortSettings()), HEARTWOOD_DATA_DIR: folder.path })
  await heartwood.said(READY)
  process.kill(await postgresPid(folder.path), 'SIGKILL')
  await heartwood.said(/PostgreSQL ended unexpectedly/)
  await until(async () => isRunning(await postgresPid(folder.path).catch(() => 0)), 'a new PostgreSQL')
})

test('when it is killed everything it started ends, and the next start is not blocked', async () => {
  await using folder = await temporaryFolder()
  const env = { ...(await freePortSettings()), HEARTWOOD_DATA_DIR: folder.path }
  await using heartwood = startHeartwood(env)
  await heartwood.said(READY)
  const children = childrenOf(heartwood.pid)
  const postgres = await postgresPid(folder.path)
  heartwood.signal('SIGKILL')
  await heartwood.exited
  await using again = startHeartwood(env)
  await again.said(READY)
  expect([...children, postgres].filter(isRunning)).toEqual([])
})

test('a lock whose process number now belongs to another program does not block', async () => {
  await using folder = await temporaryFolder()
  const env = { ...(await freePortSettings()), HEARTWOOD_DATA_DIR: folder.path }
  const lock = join(folder.path, 'run/lock')
  {
    await using heartwood = startHeartwood(env)
    await heartwood.said(READY)
    const content = JSON.parse(await readFile(lock, 'utf8'))
    heartwood.signal('SIGKILL')
    await heartwood.exited
    await writeFile(lock, JSON.stringify({ ...content, holder: { ...content.holder, pid: process.pid } }))
  }
  await using again = startHeartwood(env)
  await again.said(READY)
})

test('a lock that is no JSON does not block', async () => {
  await using folder = await temporaryFolder()
  await mkdir(join(folder.path, 'run'))
  await writeFile(join(folder.path, 'run/lock'), '')
  await using heartwood = startHeartwood({ ...(await freePortSettings()), HEARTWOOD_DATA_DIR: folder.path })
  await heartwood.said(READY)
})

test('a data folder in use is one sentence and exit code 1, and the one that uses it goes on', async () => {
  await using folder = await temporaryFolder()
  await using other = await temporaryFolder()
  const ports = await freePortSettings()
  await using heartwood = startHeartwood({ ...ports, HEARTWOOD_DATA_DIR: folder.path })
  await heartwood.said(READY)
  const linked = join(other.path, 'link')
  await symlink(folder.path, linked)
  const second = startHeartwood({ ...(await freePortSettings()), HEARTWOOD_DATA_DIR: linked })
  expect(await second.exited).toBe(1)
  expect(second.text).toBe(
    `${folder.path} is in use by another Heartwood (process ${heartwood.pid}): stop it, or choose another folder with --data-dir.\n`,
  )
  expect(await pidOf(ports.HEARTWOOD_INGEST_PORT)).toBeGreaterThan(0)
})

test('of two starts at once on a folder with a stale lock exactly one gets it', async () => {
  await using folder = await temporaryFolder()
  await mkdir(join(folder.path, 'run'))
  await writeFile(join(folder.path, 'run/lock'), 'left behind')
  const starts = [1, 2, 3].map(async () =>
    startHeartwood({ ...(await freePortSettings()), HEARTWOOD_DATA_DIR: folder.path }),
  )
  const all = await Promise.all(starts)
  const states = await Promise.all(
    all.map(async (one) =>
      Promise.race([
        one.exited,
        one.said(READY).then(
          () => 'ready',
          () => 1,
        ),
      ]),
    ),
  )
  for (const one of all) await one[Symbol.asyncDispose]()
  expect(states.toSorted()).toEqual([1, 1, 'ready'])
})

test('a data folder that cannot be one is one sentence and exit code 1', async () => {
  await using folder = await temporaryFolder()
  const file = join(folder.path, 'file')
  await writeFile(file, '')
  const heartwood = startHeartwood({ HEARTWOOD_DATA_DIR: file })
  expect(await heartwood.exited).toBe(1)
  expect(heartwood.text).toBe(`The data folder ${file} is not a folder; choose another with --data-dir.\n`)
})

test.runIf(process.platform === 'linux')(
  'a read-only data folder is one sentence and exit code 1',
  async () => {
    const heartwood = startHeartwood({ HEARTWOOD_DATA_DIR: '/sys/heartwood' })
    expect(await heartwood.exited).toBe(1)
    expect(heartwood.text).toMatch(
      /^The data folder \/sys\/heartwood .+; choose another with --data-dir\.\n$/,
    )
  },
)

test('a port the user named that is taken is one sentence and exit code 1', async () => {
  await using folder = await temporaryFolder()
  await using other = await listen(0)
  const ports = { ...(await freePortSettings()), HEARTWOOD_INGEST_PORT: String(other.port) }
  const heartwood = startHeartwood({ ...ports, HEARTWOOD_DATA_DIR: folder.path })
  expect(await heartwood.exited).toBe(1)
  expect(heartwood.text).toBe(
    `Port ${other.port} (HEARTWOOD_INGEST_PORT, ingest) is taken by another program: end that program or name another port.\n`,
  )
})

test('a default port that is taken becomes the next free one, said in one line', async () => {
  await using folder = await temporaryFolder()
  const { HEARTWOOD_INGEST_PORT: _, ...ports } = await freePortSettings()
  // Another test or program may hold 4318 already; then that is the one in the way.
  const other = await listen(4318).catch(() => undefined)
  try {
    await using heartwood = startHeartwood({ ...ports, HEARTWOOD_DATA_DIR: folder.path })
    await heartwood.said(READY)
    const [, used] = await heartwood.said(/^heartwood \| port 4318 is taken: ingest uses (\d+)$/m)
    expect(await pidOf(used ?? '')).toBeGreaterThan(0)
  } finally {
    await other?.[Symbol.asyncDispose]()
  }
})

test('one port named twice is one sentence and exit code 1', async () => {
  await using folder = await temporaryFolder()
  const port = String(await freePort())
  const ports = { ...(await freePortSettings()), HEARTWOOD_INGEST_PORT: port, HEARTWOOD_INDEXER_PORT: port }
  const heartwood = startHeartwood({ ...ports, HEARTWOOD_DATA_DIR: folder.path })
  expect(await heartwood.exited).toBe(1)
  expect(heartwood.text).toMatch(/^HEARTWOOD_INDEXER_PORT and HEARTWOOD_INGEST_PORT are both \d+: [^\n]+\n$/)
})

test('beyond loopback without a token it does not start, and touches nothing', async () => {
  await using folder = await temporaryFolder()
  const data = join(folder.path, 'data')
  const heartwood = startHeartwood({ HEARTWOOD_HOST: '0.0.0.0', HEARTWOOD_DATA_DIR: data })
  expect(await heartwood.exited).toBe(1)
  expect(heartwood.text).toMatch(/^[^\n]*HEARTWOOD_ACCESS_TOKEN[^\n]*\n$/)
  await expect(stat(data)).rejects.toThrow('ENOENT')
})

test('each wrong setting is one sentence', async () => {
  const heartwood = startHeartwood({ HEARTWOOD_WEB_PORT: 'x', HEARTWOOD_RETENTION_DAYS: '0' })
  expect(await heartwood.exited).toBe(1)
  expect(heartwood.text.trim().split('\n')).toEqual([
    expect.stringMatching(/^HEARTWOOD_WEB_PORT /),
    expect.stringMatching(/^HEARTWOOD_RETENTION_DAYS /),
  ])
})

const PidAnswer = z.object({ pid: z.number() })

async function pidOf(port: string | undefined): Promise<number> {
  const answer = await fetch(`http://127.0.0.1:${port}/pid`)
  return PidAnswer.parse(await answer.json()).pid
}

async function postgresPid(folder: string): Promise<number> {
  const text = await readFile(join(folder, 'postgres/cluster/postmaster.pid'), 'utf8')
  return Number(text.split('\n', 1)[0])
}

describe('in a cluster', () => {
  const SERVERS = { KAFKA_BROKERS: '127.0.0.1:1', ELASTICSEARCH_URL: 'http://127.0.0.1:1' }

  test('so many of each app run as were asked for, each with a name and ports of its own, and stop in the order of the data', async () => {
    await using folder = await temporaryFolder()
    const ports = await freePortSettings()
    const env = { ...ports, ...SERVERS, HEARTWOOD_DATA_DIR: folder.path, OF_EACH: '2' }
    await using heartwood = startHeartwood({ ...env, APPS: 'demo,ingest,indexer,web' })
    await heartwood.said(READY)
    const web = [...heartwood.text.matchAll(/^web-\d +\| .*web is ready port=(\d+)$/gm)].map(
      ([, port]) => port,
    )
    expect(web).toHaveLength(2)
    expect(web).toContain(ports.HEARTWOOD_WEB_PORT)
    const told = heartwood.text.slice(heartwood.text.indexOf('Heartwood is ready'))
    for (const port of web) expect(told).toContain(`http://127.0.0.1:${port}\n`)
    expect(heartwood.text).not.toMatch(/^demo/m)
    const [second] = web.filter((port) => port !== ports.HEARTWOOD_WEB_PORT)
    process.kill(await pidOf(second), 'SIGKILL')
    await heartwood.said(/web-\d ended unexpectedly \(SIGKILL\); starting it again in 0.25 s/)
    await until(async () => (await pidOf(second).catch(() => 0)) !== 0, 'a new web')
    heartwood.signal('SIGINT')
    expect(await heartwood.exited).toBe(0)
    const stops = (path: string) => readFile(join(folder.path, path, 'stops.txt'), 'utf8')
    // What ingest keeps is a folder of each.
    expect([await stops('ingest-1'), await stops('ingest-2')]).toEqual(['ingest\n', 'ingest\n'])
    expect(await stops('.')).toBe('indexer\nindexer\nweb\nweb\n')
  })

  test('what an ingest has accepted and not sent on is never left behind: a start without that ingest is refused', async () => {
    await using folder = await temporaryFolder()
    const dir = join(folder.path, 'ingest-2', 'spool')
    await mkdir(join(folder.path, 'ingest-2'))
    const spool = await openDiskPublisher({ dir, partitions: 1, limitBytes: 1 << 20, reserveBytes: 0 })
    const { position } = await spool.publish(undefined, recordHeader('accepted'), Buffer.from('{}'))
    await spool.close()
    const env = { ...(await freePortSettings()), HEARTWOOD_DATA_DIR: folder.path, APPS: 'ingest' }
    for (const mode of [SERVERS, {}]) {
      await using refused = startHeartwood({ ...env, ...mode })
      expect(await refused.exited).toBe(1)
      expect(refused.text.trim().split('\n')).toHaveLength(1)
      expect(refused.text).toContain(`${dir} holds logs`)
      expect(refused.text).toContain('--instances 2')
    }
    {
      await using both = startHeartwood({ ...env, ...SERVERS, OF_EACH: '2' })
      await both.said(READY)
    }
    await drainedPosition(drainedFile(dir)).write(position)
    await using one = startHeartwood({ ...env, ...SERVERS })
    await one.said(READY)
  })

  test.each([
    [{ OF_EACH: '2' }, /^Several of each app are a cluster: /],
    [{ KAFKA_BROKERS: '127.0.0.1:1' }, /^KAFKA_BROKERS is set and ELASTICSEARCH_URL is not/],
    [{ ...SERVERS, HEARTWOOD_INTERNAL_HOST: '0.0.0.0' }, /set DATABASE_URL/],
    [{ ...SERVERS, DATABASE_URL: 'postgresql://a@127.0.0.1:1/a' }, /needs HEARTWOOD_INTERNAL_TOKEN/],
  ])('what cannot be one is refused in one sentence: %j', async (env, sentence) => {
    await using folder = await temporaryFolder()
    await using heartwood = startHeartwood({ ...env, HEARTWOOD_DATA_DIR: folder.path })
    expect(await heartwood.exited).toBe(1)
    expect(heartwood.text).toMatch(sentence)
    expect(heartwood.text.trim().split('\n')).toHaveLength(1)
  })
})
