import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { DemoState } from '../src/state/demo-state.ts'
import { stateFolder } from '../src/state/state-folder.ts'

const STATE: DemoState = {
  version: 1,
  phase: 'running',
  seed: 7,
  opened_at: 1_000,
  written_to: 0,
  own_logs: false,
}

async function someFolder() {
  const dataDir = await mkdtemp(join(tmpdir(), 'heartwood-demo-'))
  return {
    folder: await stateFolder(dataDir),
    [Symbol.asyncDispose]: () => rm(dataDir, { recursive: true }),
  }
}

test('changes at the same time are written one after the other: none fails, and the last one holds', async () => {
  await using some = await someFolder()
  const states = Array.from({ length: 20 }, (_, written_to) => ({ ...STATE, written_to }))
  await Promise.all(states.map((state) => some.folder.write(state)))
  expect(await some.folder.read()).toEqual(states.at(-1))
})

test('nothing is left of a demo that ends while its state is written', async () => {
  await using some = await someFolder()
  await Promise.all([some.folder.write(STATE), some.folder.end('it was deleted')])
  expect(await some.folder.read()).toBeUndefined()
  expect(some.folder.ended).toBe(true)
})
