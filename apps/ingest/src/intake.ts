import { type Accepted, type Receipt, RefusedBody, recordHeader } from '@heartwood/doors'
import type { EventDefaults, Nanos, RecordHeader } from '@heartwood/event'
import { QueueError, type QueuePublisher } from '@heartwood/queue'
import { AppError } from '@heartwood/runtime'
import type { FastifyRequest } from 'fastify'
import { type BatchIdentity, batchIdentity } from './batch-identity.ts'
import type { BodyBudget } from './body-budget.ts'
import type { BodyPool } from './body-pool.ts'
import type { IngestMetrics } from './ingest-metrics.ts'
import { type Body, type ReceiveLimits, receiveBody } from './receive-body.ts'

/** What every route of ingest works with. */
export interface Intake {
  readonly publisher: QueuePublisher
  readonly budget: BodyBudget
  readonly metrics: IngestMetrics
  readonly limits: ReceiveLimits
  readonly now: () => Nanos
  /** Names a batch that its client did not name. */
  readonly newBatchId: () => string
  readonly pool: BodyPool
  /** A stable name of this installation for Elasticsearch clients. */
  readonly cluster: string
}

/** What a route adds to the way every body takes. */
export interface Route<A extends Accepted> {
  readonly defaults: EventDefaults
  readonly index?: string | undefined
  /** The body to store, where it is not the one received (then it is not encoded). */
  readonly rewrite?: (inflated: Uint8Array) => Uint8Array
  readonly accept: (body: Uint8Array) => A | Promise<A>
}

export interface Taken<A extends Accepted> {
  readonly accepted: A
  readonly batchId: string
}

/**
 * The way of a body: room, receive and inflate, frame, durable queue. It resolves once the queue has it on disk; only
 * then may the route answer with 2xx. Throws AppError where nothing was stored. If every record was refused there is
 * nothing to store, and nothing is.
 */
export async function takeIn<A extends Accepted>(
  intake: Intake,
  request: FastifyRequest,
  route: Route<A>,
): Promise<Taken<A>> {
  const identity = batchIdentity(request.raw, intake.newBatchId)
  refuseIfFull(intake, Number(request.headers['content-length'] ?? 0))
  using lease = intake.budget.lease()
  using received = await receiveBody(request.raw, { lease, pool: intake.pool, limits: intake.limits })
  const body = rewritten(received, route)
  const accepted = await acceptBody(body.inflated, route)
  const { door } = accepted
  for (const { code } of accepted.refused) intake.metrics.rejected.inc({ door, reason: code })
  const events = accepted.records - accepted.refused.length
  if (events > 0) {
    await publish(intake, identity, accepted, {
      encoding: body.encoding,
      received: body.received,
      inflated: body.inflated,
      defaults: route.defaults,
      index: route.index,
    })
    intake.metrics.events.inc({ door }, events)
    intake.metrics.receivedBytes.inc({ door }, body.received.length)
    intake.metrics.inflatedBytes.inc({ door }, body.inflated.length)
  }
  return { accepted, batchId: identity.batchId }
}

/** Refuses by what the client says it will send, before a byte of it is read. */
function refuseIfFull(intake: Intake, announced: number): void {
  const { bytes, limit } = intake.publisher.backlog()
  if (bytes + announced > limit) throw new AppError('queue_full', FULL, { retryAfterSeconds: 5 })
}

const FULL = 'More has arrived than could be stored yet; nothing of this request was kept.'

function rewritten<A extends Accepted>(received: Body, route: Route<A>): Body {
  if (route.rewrite === undefined) return received
  const body = route.rewrite(received.inflated)
  return { encoding: 'identity', received: body, inflated: body }
}

async function acceptBody<A extends Accepted>(body: Uint8Array, route: Route<A>): Promise<A> {
  try {
    return await route.accept(body)
  } catch (error) {
    if (error instanceof RefusedBody) throw new AppError(error.code, error.message, { cause: error })
    throw error
  }
}

async function publish(
  intake: Intake,
  identity: BatchIdentity,
  accepted: Accepted,
  body: Body & Pick<Receipt, 'defaults' | 'index'>,
): Promise<void> {
  const header = recordHeader(accepted, {
    batchId: identity.batchId,
    clientBatch: identity.clientBatch,
    receivedAt: intake.now(),
    encoding: body.encoding,
    defaults: body.defaults,
    index: body.index,
    bytes: body.inflated.length,
  })
  await intoQueue(intake, identity.partitionKey, header, body.received)
}

/** Resolves when the record is durable; throws AppError where it is not stored. */
export async function intoQueue(
  intake: Pick<Intake, 'publisher' | 'metrics'>,
  key: string | undefined,
  header: RecordHeader,
  body: Uint8Array,
): Promise<void> {
  const start = performance.now()
  try {
    await intake.publisher.publish(key, header, body)
  } catch (error) {
    throw publishError(error)
  }
  intake.metrics.publishSeconds.observe((performance.now() - start) / 1000)
}

/** Anything the queue throws means: not stored. A client may always send again. */
function publishError(error: unknown): AppError {
  const code = error instanceof QueueError ? error.code : 'io'
  switch (code) {
    case 'full':
      return new AppError('queue_full', FULL, { cause: error, retryAfterSeconds: 5 })
    case 'disk_full':
      return new AppError(
        'disk_full',
        'The disk has too little space left; nothing of this request was kept.',
        {
          cause: error,
          retryAfterSeconds: 30,
        },
      )
    case 'too_large':
      return new AppError(
        'body_too_large',
        'The queue takes no body as large as this; nothing of it was kept.',
        {
          cause: error,
        },
      )
    case 'closed':
      return new AppError('unavailable', 'Ingest is stopping; nothing of this request was kept.', {
        cause: error,
        retryAfterSeconds: 5,
      })
    case 'io':
    case 'position_lost':
      return new AppError(
        'unavailable',
        'The queue cannot write; nothing of this request is certain to be kept.',
        {
          cause: error,
          retryAfterSeconds: 10,
        },
      )
  }
}
