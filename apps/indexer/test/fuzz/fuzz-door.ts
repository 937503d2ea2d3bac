import { acceptBulk, acceptLogs, decodeRecord, RefusedBody, recordHeader } from '@heartwood/doors'
import { RecordHeader } from '@heartwood/event'
import { runPipeline, STANDARD_STEPS } from '@heartwood/pipeline'
import { type FuzzedDoor, mutatedBody } from './mutated-body.ts'

export interface Fuzzed {
  readonly bodies: number
  /** Bodies that were refused as a whole. */
  readonly refused: number
  readonly events: number
  /** CPU of the body that took longest, milliseconds. */
  readonly longestMillis: number
}

/** CPU that one small body may take, milliseconds. */
const MOST_MILLIS = 1000

const RECEIVED = 1_796_000_000_000_000_000n

/**
 * Sends mutated bodies through accept, the header as the queue has it, decode and pipeline. Throws, with the body in base64, where one throws
 * anything but RefusedBody, where the events are not those that were counted, or where one takes too long.
 */
export async function fuzzDoor(door: FuzzedDoor, bodies: number, random: () => number): Promise<Fuzzed> {
  let refused = 0
  let events = 0
  let longestMillis = 0
  for (let n = 0; n < bodies; n++) {
    const body = mutatedBody(door, random)
    const before = process.threadCpuUsage()
    try {
      const found = await throughAll(door, body)
      if (found === undefined) refused++
      else events += found
    } catch (cause) {
      throw new Error(`a body for ${door}: ${Buffer.from(body).toString('base64')}`, { cause })
    }
    const { user, system } = process.threadCpuUsage(before)
    longestMillis = Math.max(longestMillis, (user + system) / 1000)
    if (longestMillis > MOST_MILLIS)
      throw new Error(`${longestMillis} ms for ${door}: ${Buffer.from(body).toString('base64')}`)
  }
  return { bodies, refused, events, longestMillis }
}

/** The number of events of a body, undefined where it is refused. */
async function throughAll(door: FuzzedDoor, body: Uint8Array): Promise<number | undefined> {
  const accepted = await accept(door, body)
  if (accepted === undefined) return undefined
  const written = recordHeader(accepted, {
    batchId: 'fuzz',
    clientBatch: false,
    receivedAt: RECEIVED,
    encoding: 'identity',
    defaults: {},
    bytes: body.length,
  })
  const header = RecordHeader.parse(JSON.parse(JSON.stringify(written)))
  const { batch, deadLetters } = await decodeRecord(header, body, RECEIVED, { joins: false })
  const counted = accepted.records - accepted.refused.length
  if (batch.length !== counted || deadLetters.length > 0)
    throw new Error(
      `counted ${counted}, decoded ${batch.length}, dead letters ${JSON.stringify(deadLetters)}`,
    )
  // Lines of one event are joined: no more events than lines, and every one goes through.
  const { batch: joined } = await decodeRecord(header, body, RECEIVED)
  const { batch: indexed, deadLetters: aside } = runPipeline(STANDARD_STEPS, joined, { header })
  if (joined.length > counted || indexed.length !== joined.length || aside.length > 0)
    throw new Error(
      `counted ${counted}, joined ${joined.length}, indexed ${indexed.length}, set aside ${aside.length}`,
    )
  return counted
}

async function accept(door: FuzzedDoor, body: Uint8Array) {
  try {
    return door === 'elasticsearch' ? acceptBulk(body) : await acceptLogs(body)
  } catch (error) {
    if (error instanceof RefusedBody) return undefined
    throw error
  }
}
