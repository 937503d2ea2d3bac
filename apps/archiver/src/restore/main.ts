import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { openDatabase } from '@heartwood/db'
import { NANOS_PER_DAY, NANOS_PER_MILLI } from '@heartwood/event'
import { planRestore, restoreDays } from '@heartwood/log-store'
import { ColdCommitter, ColdManifest, coverageKeeper, openColdReader } from '@heartwood/log-store/cold'
import {
  elasticsearchAddress,
  openElasticsearchHotDays,
  openElasticsearchReader,
  openElasticsearchWriter,
} from '@heartwood/log-store/elasticsearch'
import { modeOf } from '@heartwood/settings'
import { archiveLease } from '../archive-lease.ts'
import { openArchive } from '../command/open-archive.ts'
import { type CommandRun, runCommand } from '../command/run-command.ts'
import { planLines, progressLine } from './progress-line.ts'
import { restoreArguments } from './restore-arguments.ts'

/** `heartwood restore`: brings days of the archive of a cluster back to Elasticsearch, for some days. */
const AGAIN_MILLIS = 15_000
/** Lines of progress. */
const EVERY_MILLIS = 1_000
const CACHE_BYTES = 1024 * 1024 * 1024

const say = (line: string) => process.stderr.write(`${line}\n`)

await runCommand('interrupted; what was copied stays, run it again to go on', restore)

async function restore({ signal, closing }: CommandRun): Promise<void> {
  const { range, days, dryRun } = restoreArguments(process.argv.slice(2))
  const archive = await openArchive(process.env, 'heartwood restore is for a cluster with an archive')
  const { settings, objects, name } = closing.use(archive)
  if (modeOf(settings) === 'standalone' || settings.DATABASE_URL === undefined)
    throw new Error('heartwood restore is for a cluster: one machine answers old days without it')
  const now = () => BigInt(Date.now()) * NANOS_PER_MILLI
  const manifest = new ColdManifest({ objects, clock: () => performance.now() })
  const committer = new ColdCommitter({ objects, manifest, now, newName: randomUUID })
  const database = openDatabase(settings.DATABASE_URL)
  closing.defer(() => database.close())
  const fenced = archiveLease({
    leases: database.leases,
    owner: `restore ${randomUUID()}`,
    signal,
    trouble: (reason) => reason !== undefined && say(reason),
  })
  const folder = await mkdtemp(join(tmpdir(), 'heartwood-restore-'))
  closing.defer(() => rm(folder, { recursive: true, force: true }))
  const cold = await openColdReader({
    objects,
    manifest,
    place: name,
    cacheDirectory: join(folder, 'cache'),
    cacheBytes: CACHE_BYTES,
    tempDirectory: join(folder, 'tmp'),
    now,
  })
  closing.defer(() => cold.close())
  const at = { address: elasticsearchAddress(settings), prefix: settings.HEARTWOOD_INDEX_PREFIX, now }
  const hot = openElasticsearchReader(at)
  closing.defer(() => hot.close())
  const coverage = coverageKeeper(manifest, committer, fenced)
  const readers = { hot, cold }
  const plan = await planRestore({ readers, coverage }, { range })
  if (dryRun) return planLines(plan).forEach(say)
  const hotDays = openElasticsearchHotDays(at)
  closing.defer(() => hotDays.close())
  const writer = openElasticsearchWriter({
    ...at,
    shards: settings.HEARTWOOD_INDEX_SHARDS,
    replicas: settings.HEARTWOOD_INDEX_REPLICAS,
    retentionDays: settings.HEARTWOOD_COLD_DAYS,
    queueRetentionHours: settings.HEARTWOOD_KAFKA_RETENTION_HOURS,
  })
  closing.defer(() => writer.close())
  let toldAt = 0
  await restoreDays(
    {
      ...{ readers, writer, coverage, days: hotDays },
      pause: () => pause(AGAIN_MILLIS, undefined, { signal }),
      signal,
      onProgress(progress) {
        const time = performance.now()
        if (progress.state === 'copying' && time - toldAt < EVERY_MILLIS) return
        toldAt = time
        say(progressLine(progress))
      },
    },
    { range, until: now() + BigInt(days) * NANOS_PER_DAY },
  )
}
