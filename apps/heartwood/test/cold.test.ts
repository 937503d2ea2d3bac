import { mkdir, readdir, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { openObjects } from '@heartwood/object-store'
import { expect, test, vi } from 'vitest'
import { StandaloneStore } from '../../../packages/log-store/test/cold/standalone-store.ts'
import { MIDNIGHT } from '../../../packages/log-store/test/segments/store-content.ts'
import { onLoopback } from '../../../scripts/stack/on-loopback.ts'
import { s3Settings } from '../../../scripts/stack/s3.ts'
import { spawned, temporaryFolder } from './processes.ts'

// Real processes on a machine that may be busy with other tests.
vi.setConfig({ testTimeout: 120_000 })

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url))
const DAY = 86_400_000_000_000n

async function verify(archive: string, ...words: string[]) {
  return cold({ HEARTWOOD_ARCHIVE: archive }, 'verify', ...words)
}

async function cold(env: Readonly<Record<string, string>>, ...words: string[]) {
  await using command = spawned([MAIN, 'cold', ...words], env)
  const code = await command.exited
  return { code, text: command.text }
}

test('cold verify says that an archive is whole, and names what is missing and ends with 1', async () => {
  await using folder = await temporaryFolder()
  const path = join(folder.path, 'archive')
  await using objects = new AsyncDisposableStack()
  const archive = await openObjects({ kind: 'folder', path }, Date.now())
  objects.defer(() => archive.close())
  await using store = await StandaloneStore.open(archive)
  for (const day of [0, 1]) await store.append(day)
  store.clock.now = MIDNIGHT + 40n * DAY
  await store.tidy()

  const whole = await verify(path)
  expect(whole.text).toMatch(/^2 segments with 20 events \(4 objects, .*\) are as they were written\n$/)
  expect(whole.code).toBe(0)

  const [key = ''] = await store.keys()
  await rm(join(path, key))
  const damaged = await verify(path, '--json')
  const lines = damaged.text.trim().split('\n')
  expect(lines.map((line): unknown => JSON.parse(line))).toMatchObject([
    { key, fault: 'missing', events: 10 },
    { segments: 2, faults: 1 },
  ])
  expect(damaged.code).toBe(1)
})

test.each([
  ['off', 'set HEARTWOOD_ARCHIVE to where it is'],
  ['empty', 'has no archive of Heartwood, or nothing was moved there yet'],
  ['mistyped', 'is no folder: set HEARTWOOD_ARCHIVE to where the archive is'],
])(
  'cold verify where the archive is %s says so in one sentence, ends with 1 and makes nothing',
  async (archive, sentence) => {
    await using folder = await temporaryFolder()
    await mkdir(join(folder.path, 'empty'))
    const { code, text } = await verify(archive === 'off' ? 'off' : join(folder.path, archive))
    expect(text.trim().split('\n')).toHaveLength(1)
    expect(text).toContain(sentence)
    expect(code).toBe(1)
    expect(await readdir(folder.path)).toEqual(['empty'])
  },
)

test('cold recover where the archive has nothing of one machine says so in one sentence, and makes no folder', async () => {
  await using folder = await temporaryFolder()
  const archive = join(folder.path, 'archive')
  await mkdir(archive)
  const env = { HEARTWOOD_ARCHIVE: archive, HEARTWOOD_DATA_DIR: join(folder.path, 'data') }
  const { code, text } = await cold(env, 'recover')
  expect(text).toBe(`${archive} has no old logs of one machine, or nothing was moved there yet\n`)
  expect(code).toBe(1)
  expect(await readdir(folder.path)).toEqual(['archive'])
})

const COMMANDS = ['cold verify', 'cold recover', 'restore --from 2026-03-01']

const SERVERS = { KAFKA_BROKERS: '127.0.0.1:9', ELASTICSEARCH_URL: 'http://127.0.0.1:9' }
/** Of a cluster whose servers are not there. */
const CLUSTER = { ...SERVERS, DATABASE_URL: 'postgresql://nobody@127.0.0.1:9/none' }

/** A command with an archive in S3, of a cluster where it is for one. */
function withArchiveAt(endpoint: string, command: string, dataDir: string) {
  const servers = command.startsWith('restore') ? CLUSTER : {}
  const env = { ...s3Settings(endpoint), HEARTWOOD_DATA_DIR: dataDir, ...servers }
  return spawned([MAIN, ...command.split(' ')], env)
}

test.each(COMMANDS)(
  '%s with S3 away says so in one sentence, ends with 1 and makes nothing',
  async (words) => {
    await using folder = await temporaryFolder()
    await using command = withArchiveAt('http://127.0.0.1:9', words, join(folder.path, 'data'))
    expect(await command.exited).toBe(1)
    expect(command.text).toMatch(/^the archive cannot be reached: .*S3 does not answer: .*ECONNREFUSED.*\n$/)
    expect(await readdir(folder.path)).toEqual([])
  },
)

test.each(COMMANDS)(
  '%s that is interrupted while S3 says nothing ends at once with 130, says so in one sentence and makes nothing',
  async (words) => {
    await using folder = await temporaryFolder()
    const asked = Promise.withResolvers<void>()
    await using silent = await onLoopback(createServer(() => asked.resolve()))
    await using command = withArchiveAt(silent.url, words, join(folder.path, 'data'))
    await asked.promise
    // As npm and a terminal do: each hands on the same press.
    command.signal('SIGINT')
    command.signal('SIGINT')
    expect(await command.exited).toBe(130)
    expect(command.text).toMatch(/^interrupted.*\n$/)
    expect(await readdir(folder.path)).toEqual([])
  },
)

test.each<[Record<string, string>, string]>([
  [{}, 'one machine answers old days without it'],
  [SERVERS, 'needs the database of the cluster: set DATABASE_URL'],
  [CLUSTER, "the database does not answer: Can't reach database server at 127.0.0.1:9"],
])('restore without its servers says in one sentence what it lacks: %j', async (servers, sentence) => {
  await using folder = await temporaryFolder()
  const env = { HEARTWOOD_ARCHIVE: folder.path, ...servers }
  await using command = spawned([MAIN, 'restore', '--from', '2026-03-01'], env)
  expect(await command.exited).toBe(1)
  expect(command.text.trim().split('\n')).toHaveLength(1)
  expect(command.text).toContain(sentence)
})
