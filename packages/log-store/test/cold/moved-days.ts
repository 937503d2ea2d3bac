import { NANOS_PER_DAY } from '@heartwood/event'
import { openObjects } from '@heartwood/object-store'
import { MIDNIGHT } from '../segments/store-content.ts'
import { StandaloneStore } from './standalone-store.ts'

/** Puts a store of some days, counted from MIDNIGHT, into a data folder, and moves into a folder beside it those that are old on another. */
export async function moveDays(
  { dataDir, archive }: { readonly dataDir: string; readonly archive: string },
  { days, on }: { readonly days: readonly number[]; readonly on: number },
): Promise<void> {
  await using closing = new AsyncDisposableStack()
  const objects = await openObjects({ kind: 'folder', path: archive }, Date.now())
  closing.defer(() => objects.close())
  const store = await StandaloneStore.open(objects, {}, { dir: dataDir, async [Symbol.asyncDispose]() {} })
  closing.use(store)
  for (const day of days) await store.append(day)
  store.clock.now = MIDNIGHT + BigInt(on) * NANOS_PER_DAY
  await store.tidy()
}
