import { ColdManifest, openColdReader } from '@heartwood/log-store/cold'
import type { ObjectStore } from '@heartwood/object-store'

/** The archive of a cluster, opened for questions. */
export async function openRemoteArchive(objects: ObjectStore, dir: string) {
  const manifest = new ColdManifest({ objects, clock: () => performance.now() })
  const reader = await openColdReader({
    ...{ objects, manifest, place: 'archive', cacheDirectory: dir, cacheBytes: 1e8, tempDirectory: dir },
  })
  await reader.refresh()
  return { reader, [Symbol.asyncDispose]: () => reader.close() }
}
