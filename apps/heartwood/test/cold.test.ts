import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { openObjects } from '@heartwood/object-store'
import { expect, test, vi } from 'vitest'
import { StandaloneStore } from '../../../packages/log-store/test/cold/standalone-store.ts'
import { MIDNIGHT } from '../../../packages/log-store/test/segments/store-content.ts'
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
])(
  'cold verify where the archive is %s says so in one sentence and ends with 1',
  async (archive, sentence) => {
    await using folder = await temporaryFolder()
    const { code, text } = await verify(archive === 'off' ? 'off' : join(folder.path, archive))
    expect(text.trim().split('\n')).toHaveLength(1)
    expect(text).toContain(sentence)
    expect(code).toBe(1)
  },
)

test('cold recover where the archive has nothing of one machine says so in one sentence, and makes no store', async () => {
  await using folder = await temporaryFolder()
  const dataDir = join(folder.path, 'data')
  const env = { HEARTWOOD_ARCHIVE: join(folder.path, 'archive'), HEARTWOOD_DATA_DIR: dataDir }
  const { code, text } = await cold(env, 'recover')
  expect(text).toBe(
    `${env.HEARTWOOD_ARCHIVE} has no old logs of one machine, or nothing was moved there yet\n`,
  )
  expect(code).toBe(1)
  expect(await readdir(dataDir)).toEqual([])
})
