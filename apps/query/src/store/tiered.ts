import { join } from 'node:path'
import { NANOS_PER_MILLI } from '@heartwood/event'
import { FollowedCoverage, type LogReader, TieredReader } from '@heartwood/log-store'
import { ColdManifest, openColdReader } from '@heartwood/log-store/cold'
import { openObjects } from '@heartwood/object-store'
import type { App } from '@heartwood/runtime'
import { type ArchivePlace, archiveName } from '@heartwood/settings'
import { readerTroubles } from './reader-troubles.ts'

const FOLLOW_MILLIS = 5_000
const NAME = 'the archive'

/** The archive behind the store for recent logs. What is wrong with it stands among the warnings of this app. */
export async function withArchive(app: App, hot: LogReader, place: ArchivePlace): Promise<LogReader> {
  const { settings } = app
  const now = () => BigInt(Date.now()) * NANOS_PER_MILLI
  const objects = await openObjects(place, Date.now())
  app.stopping.add('the objects of the archive', () => objects.close())
  const manifest = new ColdManifest({ objects, clock: () => performance.now() })
  const coverage = new FollowedCoverage({
    read: async () => (await manifest.refresh()).coverage,
    hotDays: settings.HEARTWOOD_HOT_DAYS,
    now,
    clock: () => performance.now(),
  })
  const follow = () =>
    coverage.follow().then(
      () => app.warnings?.delete(NAME),
      (error: unknown) => app.warnings?.set(NAME, error instanceof Error ? error.message : String(error)),
    )
  const timer = setInterval(() => void follow(), FOLLOW_MILLIS).unref()
  app.stopping.add('following the archive', async () => clearInterval(timer))
  const dataDir = settings.HEARTWOOD_DATA_DIR
  const cold = await openColdReader({
    objects,
    manifest,
    place: archiveName(place),
    cacheDirectory: join(dataDir, 'cold-cache'),
    cacheBytes: settings.HEARTWOOD_COLD_CACHE_MB * 1024 * 1024,
    tempDirectory: join(dataDir, 'tmp', 'query'),
    now,
    ...readerTroubles(app),
  })
  return new TieredReader({ hot, cold }, coverage.current)
}
