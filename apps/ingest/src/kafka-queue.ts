import { join } from 'node:path'
import { openDiskConsumer, openDiskPublisher } from '@heartwood/queue'
import { kafkaAddress, kafkaTopics, OrderedProducer } from '@heartwood/queue/kafka'
import {
  drainedFile,
  drainedPosition,
  openSetAside,
  openSpoolingPublisher,
  type SpoolingPublisher,
} from '@heartwood/queue/spool'
import type { App } from '@heartwood/runtime'
import { spoolHealth } from './spool-health.ts'
import { spoolMetrics } from './spool-metrics.ts'

const MIB = 1024 ** 2
/** A broker may take this long to be replaced before records go to the spool. */
const PATIENCE_MILLIS = 3_000

/** The queue of a cluster: Kafka, and a spool on this machine's disk while that is away. */
export async function openKafkaQueue(
  app: Pick<App, 'settings' | 'metrics' | 'log' | 'warnings' | 'notReady' | 'stopping'>,
): Promise<SpoolingPublisher> {
  const { settings } = app
  const { raw, errors, audit } = kafkaTopics(settings)
  const log = ({ message }: { readonly message: string }) => app.log.debug(`kafka: ${message}`)
  const dir = join(settings.HEARTWOOD_DATA_DIR, 'spool')
  const limitBytes = settings.HEARTWOOD_SPOOL_MB * MIB
  const publisher = await openDiskPublisher({ dir, partitions: 1, limitBytes })
  const consumer = await openDiskConsumer({ dir, partitions: 1 })
  const aside = await openSetAside({
    folder: join(dir, 'too-large'),
    limitBytes,
    dropped: (path, bytes) => {
      metrics.setAsideDropped()
      app.log.error(`a body of ${bytes} bytes that Kafka did not take was dropped for newer ones: ${path}`)
    },
  })
  const metrics = spoolMetrics(app.metrics, { spool: () => queue.spool(), aside: () => aside.bytes })
  const queue: SpoolingPublisher = await openSpoolingPublisher({
    target: new OrderedProducer(kafkaAddress(settings, 'ingest'), raw, {
      observer: metrics,
      beside: [errors, audit],
      log,
    }),
    spool: { publisher, consumer },
    drained: drainedPosition(drainedFile(dir)),
    setAside: async (position, body) => {
      const path = await aside.keep(position, body)
      metrics.setAside()
      app.log.error(
        `a record of ${body.byteLength} bytes is more than Kafka takes; its body is kept in ${path}`,
      )
      return path
    },
    patienceMillis: PATIENCE_MILLIS,
  })
  spoolHealth(app, () => queue.spool())
  return queue
}
