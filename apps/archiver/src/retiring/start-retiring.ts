import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { LeaseRepository } from '@heartwood/db'
import { isoFromNanos, type Nanos } from '@heartwood/event'
import { READERS_LEAVE_MILLIS, type Retired, retireDays } from '@heartwood/log-store'
import {
  type ColdCommitter,
  type ColdManifest,
  coverageKeeper,
  type Fenced,
  openColdReader,
} from '@heartwood/log-store/cold'
import {
  elasticsearchAddress,
  openElasticsearchHotDays,
  openElasticsearchReader,
} from '@heartwood/log-store/elasticsearch'
import type { ObjectStore } from '@heartwood/object-store'
import type { App } from '@heartwood/runtime'
import { type ArchivePlace, archiveName } from '@heartwood/settings'
import { keepRetiring } from './retiring.ts'

export interface StartRetiring {
  readonly place: ArchivePlace
  readonly objects: ObjectStore
  readonly manifest: ColdManifest
  readonly committer: ColdCommitter
  readonly fenced: Fenced
  readonly leases: LeaseRepository
  readonly owner: string
  readonly now: () => Nanos
}

const EVERY_MILLIS = 300_000
const LEASE_MILLIS = 60_000
/** Counts are read from the manifest and the indexes: little is fetched. */
const CACHE_BYTES = 256 * 1024 * 1024
const MEMORY_LIMIT = '256MB'

/** Days that are past HEARTWOOD_HOT_DAYS leave Elasticsearch once the archive has all of them. */
export async function startRetiring(app: App, parts: StartRetiring): Promise<void> {
  const { settings, log } = app
  const { place, objects, manifest, committer, fenced, leases, now } = parts
  const address = elasticsearchAddress(settings)
  const prefix = settings.HEARTWOOD_INDEX_PREFIX
  const dir = join(
    settings.HEARTWOOD_DATA_DIR,
    'archive',
    `port-${settings.HEARTWOOD_ARCHIVER_PORT}-retiring`,
  )
  const days = openElasticsearchHotDays({ address, prefix, now })
  const hot = openElasticsearchReader({ address, prefix })
  const cold = await openColdReader({
    objects,
    manifest,
    place: archiveName(place),
    cacheDirectory: join(dir, 'cache'),
    cacheBytes: CACHE_BYTES,
    tempDirectory: join(dir, 'tmp'),
    memoryLimit: MEMORY_LIMIT,
    threads: 1,
    now,
  })
  const { signal } = app.stopping
  const running = keepRetiring({
    leases,
    owner: `${parts.owner} retiring`,
    retire: () =>
      retireDays({
        readers: { hot, cold },
        days,
        coverage: coverageKeeper(manifest, committer, fenced),
        hotDays: settings.HEARTWOOD_HOT_DAYS,
        now,
        readersLeave: () => pause(READERS_LEAVE_MILLIS, undefined, { signal }),
      }),
    told: outcomeTeller(({ level, message }) => log[level](message)),
    failed: (error) => log.warn({ err: error }, 'days could not be retired; it is tried again'),
    everyMillis: EVERY_MILLIS,
    leaseMillis: LEASE_MILLIS,
    signal,
  })
  app.stopping.add('retiring days', async () => {
    // A look that is under way lets in again what it has stopped.
    await running
    await days.close()
    await hot.close()
    await cold.close()
  })
}

/** Says what a round did, and what stands in the way when that changes. */
export function outcomeTeller(
  tell: (line: { level: 'info' | 'warn'; message: string }) => void,
): (outcome: Retired) => void {
  let known = ''
  return ({ ranges, dropped, obstacles }) => {
    for (const { to } of ranges)
      tell({
        level: 'info',
        message: `the archive answers from now on up to ${isoFromNanos(to - 1n).slice(0, 10)}`,
      })
    if (dropped > 0)
      tell({ level: 'info', message: `${dropped} events left Elasticsearch, which the archive has` })
    const now = obstacles.join('; ')
    if (now !== '' && now !== known) tell({ level: 'warn', message: now })
    known = now
  }
}
