import { acceptLogs, decodeRecord, recordHeader } from '@heartwood/doors'
import type { Nanos } from '@heartwood/event'
import type { LogWriter } from '@heartwood/log-store'
import { runPipeline, STANDARD_STEPS } from '@heartwood/pipeline'
import { prepareBodies } from '../generator/body.ts'
import { stamp } from '../generator/stamp.ts'
import { workload } from '../workloads.ts'

/** As many as a group has when it is sealed. */
const EVENTS_PER_APPEND = 65_536
const BODIES = 4

export interface Filling {
  readonly events: number
  /** Microseconds since 1970 of the first event, and from one to the next. */
  readonly startMicros: number
  readonly microsPerEvent: number
  readonly onAppend: (events: number) => Promise<void>
}

/** Fills a store with JSON lines of 400 bytes, the way the indexer does. Gives how many there are. */
export async function fillStore(
  writer: Pick<LogWriter, 'append'>,
  { events, startMicros, microsPerEvent, onAppend }: Filling,
): Promise<number> {
  const bodies = prepareBodies(
    workload('JSON, 400 B', { eventsPerBody: EVENTS_PER_APPEND, bodies: BODIES }),
    startMicros,
  )
  let written = 0
  for (let append = 0; written < events; append++) {
    const body = bodies[append % BODIES]
    if (body === undefined) throw new Error('no bodies')
    const endMicros = Math.round(startMicros + (written + EVENTS_PER_APPEND) * microsPerEvent)
    stamp(body.bytes, body.places, {
      body: body.index,
      endMicros,
      microsPerEvent,
      seed: [append * 2 + 1, append * 2 + 2],
    })
    const batch = await batchOf(body.bytes, `bench-${append}`, BigInt(endMicros) * 1_000n)
    await writer.append({
      partition: 0,
      from: append === 0 ? null : BigInt(append),
      to: BigInt(append + 1),
      events: batch,
      deadLetters: [],
      batches: [],
    })
    written += batch.length
    await onAppend(written)
  }
  return written
}

async function batchOf(body: Buffer, batchId: string, receivedAt: Nanos) {
  const accepted = await acceptLogs(body)
  const header = recordHeader(accepted, {
    batchId,
    clientBatch: false,
    receivedAt,
    encoding: 'identity',
    defaults: {},
    bytes: body.length,
  })
  const { batch } = await decodeRecord(header, body, receivedAt)
  return runPipeline(STANDARD_STEPS, batch, { header }).batch
}
