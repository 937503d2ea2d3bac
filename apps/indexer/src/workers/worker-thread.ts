import { parentPort, workerData } from 'node:worker_threads'
import { NANOS_PER_MILLI } from '@heartwood/event'
import { connectSegmentsAppender } from '@heartwood/log-store'
import { STANDARD_STEPS } from '@heartwood/pipeline'
import { openDiskConsumer } from '@heartwood/queue'
import { ThreadData } from './thread-data.ts'
import { runWorker } from './worker.ts'

/** The wiring of a worker in a thread of its own. What it throws ends the thread, and with it the process. */
if (parentPort === null) throw new Error('this is the code of a thread')
const { queueDir, store, partitions, limits } = ThreadData.parse(workerData)
const consumer = await openDiskConsumer({ dir: queueDir })
const appender = await connectSegmentsAppender(store)
await runWorker({
  port: parentPort,
  partitions,
  consumer,
  appender,
  steps: STANDARD_STEPS,
  now: () => BigInt(Date.now()) * NANOS_PER_MILLI,
  ...limits,
})
await consumer.close()
await appender.close()
