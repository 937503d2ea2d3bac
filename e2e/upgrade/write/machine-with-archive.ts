import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { NANOS_PER_DAY } from '@heartwood/event'
import { openFolderObjects } from '@heartwood/object-store'
import { ALL } from '@heartwood/query-lang'
import { StandaloneStore } from '../../../packages/log-store/test/cold/standalone-store.ts'
import { MIDNIGHT, temporaryFolder } from '../../../packages/log-store/test/segments/store-content.ts'
import type { Expected } from '../files.ts'

/** When the days before the 38th have moved to the archive. */
export const LATER = MIDNIGHT + 40n * NANOS_PER_DAY
const EVER = { from: 0n, to: 2n ** 63n - 1n }

/** The store of one machine whose old days are in its archive, a folder. */
export async function writeMachineWithArchive(into: string): Promise<Expected> {
  await using folder = await temporaryFolder()
  const events = []
  {
    await using store = await openIn(folder.dir)
    for (const day of [0, 1, 39]) await store.append(day)
    store.clock.now = LATER
    await store.tidy()
    events.push(...(await eventsIn(store)))
  }
  for (const part of ['store', 'archive'])
    await cp(join(folder.dir, part), join(into, part), { recursive: true })
  return { events }
}

/** The store in a folder that stays when it is closed. */
export async function openIn(dir: string): Promise<StandaloneStore> {
  const objects = await openFolderObjects(join(dir, 'archive'), Date.now())
  return StandaloneStore.open(objects, {}, { dir, [Symbol.asyncDispose]: async () => undefined })
}

export async function eventsIn({ reader }: StandaloneStore) {
  await reader.refresh()
  return (await reader.search({ query: ALL, range: EVER, limit: 1_000 })).events
}
