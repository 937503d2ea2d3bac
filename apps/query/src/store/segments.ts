import { join } from 'node:path'
import { NANOS_PER_MILLI } from '@heartwood/event'
import { type LogReader, openSegmentsReader, type ReaderLimits } from '@heartwood/log-store'
import type { App, InternalClient } from '@heartwood/runtime'
import { archiveName, archivePlace } from '@heartwood/settings'
import { followIndexer } from '../priority/follow-indexer.ts'
import { readerTroubles } from './reader-troubles.ts'

/** The reader of the files that the indexer of this machine writes. */
export async function openSegmentsStore(app: App, indexer: InternalClient): Promise<LogReader> {
  const { HEARTWOOD_DATA_DIR: dataDir } = app.settings
  const following = followIndexer(indexer, () => performance.now())
  app.stopping.add('following the indexer', async () => following[Symbol.dispose]())
  const dir = join(dataDir, 'store')
  const limits: ReaderLimits = {
    tempDirectory: join(dataDir, 'tmp', 'query'),
    atOnce: () => following.atOnce(),
    now: () => BigInt(Date.now()) * NANOS_PER_MILLI,
    ...readerTroubles(app),
  }
  const place = archivePlace(app.settings)
  if (place === undefined) return openSegmentsReader({ dir, ...limits })
  // Loaded only where old segments are somewhere else.
  const [{ openObjects }, { openStandaloneReader }] = await Promise.all([
    import('@heartwood/object-store'),
    import('@heartwood/log-store/cold'),
  ])
  const objects = await openObjects(place, Date.now())
  app.stopping.add('the archive', () => objects.close())
  return openStandaloneReader({
    ...limits,
    dir,
    objects,
    place: archiveName(place),
    cacheDirectory: join(dataDir, 'cold-cache'),
    cacheBytes: app.settings.HEARTWOOD_COLD_CACHE_MB * MIB,
  })
}

const MIB = 1024 * 1024
