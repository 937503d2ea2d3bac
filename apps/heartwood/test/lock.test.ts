import { mkdir, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { backoff } from '../src/start/backoff.ts'
import { lockDataFolder } from '../src/start/lock.ts'
import { startTimeOf, stillRuns } from '../src/start/process-identity.ts'
import { temporaryFolder } from './processes.ts'

const ELSEWHERE = JSON.stringify({
  space: 'another container',
  holder: { name: 'heartwood', pid: 7, started: '1' },
  children: [],
})

test('a lock that a Heartwood in another container renews is respected', async () => {
  await using folder = await temporaryFolder()
  const lock = await leave(folder.path, ELSEWHERE)
  const renewing = setInterval(() => void utimes(lock, new Date(), new Date()), 300)
  try {
    await expect(lockDataFolder(folder.path, () => {})).rejects.toThrow('is in use by a Heartwood in another')
  } finally {
    clearInterval(renewing)
  }
})

test('a lock of a container that is gone does not block for long', async () => {
  await using folder = await temporaryFolder()
  await leave(folder.path, ELSEWHERE)
  await using lock = await lockDataFolder(folder.path, () => {})
  expect(lock).toBeDefined()
})

test('a process is told from another one that has its number later', async () => {
  const started = await startTimeOf(process.pid)
  expect(await stillRuns({ pid: process.pid, started: started ?? '' })).toBe(true)
  expect(await stillRuns({ pid: process.pid, started: `${started}0` })).toBe(false)
  expect(await startTimeOf(2 ** 22 + 1)).toBeUndefined()
})

test('an app that crashes again and again is started less and less often, until it has run well for a while', () => {
  const pauses = backoff()
  const crashes = Array.from({ length: 9 }, () => pauses.next(10))
  expect(crashes).toEqual([250, 500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000])
  expect(pauses.next(60_000)).toBe(250)
})

async function leave(folder: string, content: string): Promise<string> {
  await mkdir(join(folder, 'run'))
  const path = join(folder, 'run/lock')
  await writeFile(path, content)
  return path
}
