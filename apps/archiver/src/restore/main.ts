import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { openDatabase, reasonOf } from '@heartwood/db'
import { NANOS_PER_DAY, NANOS_PER_MILLI } from '@heartwood/event'
import {
  calledOff,
  type IdempotentWriter,
  planRestore,
  type RestoreProgress,
  restoreDays,
} from '@heartwood/log-store'
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
import type { Progress } from '../command/progress.ts'
import { type CommandRun, runCommand } from '../command/run-command.ts'
import { planLines, progressLine } from './progress-line.ts'
import { restoreArguments } from './restore-arguments.ts'

/** `heartwood restore`: brings days of the archive of a cluster back to Elasticsearch, for some days. */
const AGAIN_MILLIS = 15_000
const LOOK_MILLIS = 1_000
const CACHE_BYTES = 1024 * 1024 * 1024

await runCommand(() => 'interrupted; what was copied stays, run it again to go on', restore)

async function restore({ signal, closing, progress }: CommandRun): Promise<void> {
  const { range, days, dryRun } = restoreArguments(process.argv.slice(2))
  const archive = await openArchive(process.env, 'heartwood restore is for a cluster with an archive')
  const { settings, objects, name } = closing.use(archive)
  if (modeOf(settings) === 'standalone')
    throw new Error('heartwood restore is for a cluster: one machine answers old days without it')
  if (settings.DATABASE_URL === undefined)
    throw new Error('heartwood restore needs the database of the cluster: set DATABASE_URL to where it is')
  const now = () => BigInt(Date.now()) * NANOS_PER_MILLI
  const manifest = new ColdManifest({ objects, clock: () => performance.now() })
  const committer = new ColdCommitter({ objects, manifest, now, newName: randomUUID })
  const database = openDatabase(settings.DATABASE_URL)
  closing.defer(() => database.close())
  const fenced = archiveLease({
    leases: database.leases,
    owner: `restore ${randomUUID()}`,
    signal,
    trouble: (reason) => reason !== undefined && progress.tell(`waiting: ${reason}`),
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
  progress.tell(`reading what ${name} has`)
  const plan = await calledOff(planRestore({ readers, coverage }, { range }), signal)
  if (dryRun) return planLines(plan).forEach(progress.say)
  // What is away at the start is said at once; later it is waited for.
  await calledOff(database.ping(), signal).catch((error: unknown) => {
    throw signal.aborted ? error : new Error(`the database does not answer: ${reasonOf(error)}`)
  })
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
  using _ = tellObstacles(writer, progress)
  const restoring = restoreDays(
    {
      ...{ readers, writer, coverage, days: hotDays },
      pause: () => pause(AGAIN_MILLIS, undefined, { signal }),
      signal,
      onProgress: (done) => showProgress(progress, done),
    },
    { range, until: now() + BigInt(days) * NANOS_PER_DAY },
  )
  await calledOff(restoring, signal)
}

function showProgress(progress: Progress, done: RestoreProgress): void {
  const line = progressLine(done)
  switch (done.state) {
    case 'copying':
      progress.tell(line)
      break
    case 'comparing':
      // Before it is told, so that it is shown however little time has passed: it stands for a while.
      progress.clear()
      progress.tell(line)
      break
    case 'restored':
    case 'hot already':
      progress.say(line)
      break
  }
}

/** A write waits for Elasticsearch however long it is away: somebody should know why nothing gets on. */
function tellObstacles(writer: Pick<IdempotentWriter, 'stats'>, progress: Progress): Disposable {
  const timer = setInterval(() => {
    const { obstacle } = writer.stats()
    if (obstacle !== undefined) progress.tell(`waiting: ${obstacle}`)
  }, LOOK_MILLIS)
  return { [Symbol.dispose]: () => clearInterval(timer) }
}
