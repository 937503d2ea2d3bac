import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { auditOf } from '@heartwood/audit/app'
import { openDatabase } from '@heartwood/db'
import { acceptMessage } from '@heartwood/doors'
import { NANOS_PER_MILLI } from '@heartwood/event'
import { deleteRoute } from '@heartwood/indexing/changes'
import {
  ArchiveWriter,
  ColdCommitter,
  ColdManifest,
  deleteEvents,
  OrphanSweep,
  SettledMerges,
} from '@heartwood/log-store/cold'
import { openObjects } from '@heartwood/object-store'
import { kafkaAddress, kafkaTopics, openKafkaGroupConsumer } from '@heartwood/queue/kafka'
import { httpServer, othersOf, startApp } from '@heartwood/runtime'
import { archivePlace, modeOf } from '@heartwood/settings'
import { archiveLease } from './archive-lease.ts'
import { archiverGauges, archiverMetrics } from './archiver-metrics.ts'
import { startArchiver } from './archiving/archiver.ts'
import { startRetiring } from './retiring/start-retiring.ts'
import { untilReachable, untilUsable } from './until-reachable.ts'
import { keepArchive } from './upkeep.ts'

/** The group that divides the topic among the archivers. */
const GROUP = 'heartwood-archiver'
/** Bodies of one `handle`; what is fetched ahead for all partitions of this process. */
const HANDLE_BYTES = 2 << 20
const BUFFER_BYTES = 24 << 20

const app = startApp('archiver', process.env)
const { settings, log } = app
const place = archivePlace(settings)
if (modeOf(settings) === 'standalone' || place === undefined || settings.DATABASE_URL === undefined) {
  process.stderr.write('The archiver is for a cluster with an archive: set HEARTWOOD_ARCHIVE.\n')
  process.exit(1)
}
await auditOf(app)
const now = () => BigInt(Date.now()) * NANOS_PER_MILLI
const clock = () => performance.now()
const others = await othersOf(app, () => import('@heartwood/db/registry'))
const metrics = archiverMetrics(app.metrics)

const database = openDatabase(settings.DATABASE_URL)
app.stopping.add('the database', () => database.close())
const objects = await openObjects(place, Date.now())
app.stopping.add('the objects of the archive', () => objects.close())
const manifest = new ColdManifest({ objects, clock })
const committer = new ColdCommitter({ objects, manifest, now, newName: randomUUID })
await untilUsable(app, objects)

const segmentBytes = settings.HEARTWOOD_ARCHIVE_SEGMENT_MB << 20
const fenced = archiveLease({
  leases: database.leases,
  owner: others.self,
  signal: app.stopping.signal,
  trouble: (reason) => {
    if (reason === undefined) app.notReady.delete('the lease')
    else app.notReady.set('the lease', reason)
  },
})
// Its own: several archivers of one machine share the data folder.
const scratch = join(settings.HEARTWOOD_DATA_DIR, 'archive', `port-${settings.HEARTWOOD_ARCHIVER_PORT}`)
const writer = await ArchiveWriter.open({
  ...{ objects, manifest, committer, clock, fenced },
  waitingBytes: segmentBytes,
  dir: join(scratch, 'gathered'),
  newName: randomUUID,
  observer: metrics,
})
const address = kafkaAddress(settings, 'archiver')
const topics = kafkaTopics(settings)
const archiver = startArchiver({
  openConsumer: () =>
    untilReachable(app, () =>
      openKafkaGroupConsumer({
        address,
        plan: topics.raw,
        group: `${settings.HEARTWOOD_TOPIC_PREFIX}${GROUP}`,
        maxBytes: HANDLE_BYTES,
        bufferBytes: BUFFER_BYTES,
        accept: (message) => acceptMessage(message, Date.now()),
        log: ({ level, message }) => log[level](message),
      }),
    ),
  ...{ writer, segmentBytes, log, now },
  afterMillis: settings.HEARTWOOD_ARCHIVE_SECONDS * 1000,
  notReady: app.notReady,
  onAbsorbed: metrics.absorbed,
  onMoved: metrics.moved,
})
app.stopping.add('archiving', () => archiver.stop())
archiver.done.catch((error: unknown) => {
  log.fatal({ err: error }, 'archiving ended')
  void app.stopping.stop('archiving ended', 1)
})
const upkeep = keepArchive(
  {
    ...{ objects, manifest, committer, fenced, now, log },
    leases: database.leases,
    owner: others.self,
    newName: randomUUID,
    orphans: new OrphanSweep({ objects, manifest, committer, fenced, clock }),
    merges: new SettledMerges({
      ...{ objects, manifest, committer, fenced, segmentBytes },
      newName: randomUUID,
      dir: join(scratch, 'merges'),
    }),
    coldDays: settings.HEARTWOOD_COLD_DAYS,
  },
  app.stopping.signal,
)
app.stopping.add('upkeep', () => upkeep)
archiverGauges(app.metrics, {
  lag: () => archiver.lag(),
  partitions: () => archiver.partitions.size,
  waitingBytes: () => writer.waiting.bytes,
  waitingEvents: () => writer.waiting.events,
  unarchivedMillis: () =>
    writer.oldest === undefined ? 0 : Number((now() - writer.oldest) / NANOS_PER_MILLI),
  lostRaces: () => committer.lostRaces,
})

await startRetiring(app, {
  ...{ place, objects, manifest, committer, fenced, now },
  leases: database.leases,
  owner: others.self,
})

const http = httpServer(app, {
  host: settings.HEARTWOOD_INTERNAL_HOST,
  port: settings.HEARTWOOD_ARCHIVER_PORT,
  audience: 'internal',
})
const deleting = { objects, manifest, committer, fenced, newName: randomUUID, dir: join(scratch, 'deletes') }
deleteRoute(http.server, {
  app: 'archiver',
  remove: (request) => deleteEvents(deleting, request, now()),
  now,
})
const port = await http.listen()
app.notReady.delete('start')
await others.register(port)
log.info(`listening on ${settings.HEARTWOOD_INTERNAL_HOST}:${port}, archives to ${describe()}`)

function describe(): string {
  if (place === undefined) return 'nowhere'
  return place.kind === 'folder' ? place.path : `the bucket ${place.bucket}`
}
