import { setTimeout as pause } from 'node:timers/promises'
import { type QueueConsumer, QueueError, type QueueItem } from '../port.ts'
import type { Sendable, SendingTarget } from '../sending.ts'
import type { DrainedPosition } from './drained-position.ts'
import { fromSpooledBody } from './spooled-body.ts'

/** The one partition of a spool: what a sender's records follow is then the same for all. */
export const SPOOL_PARTITION = 0

/** Of a body that is not sent on. */
const SAMPLE_BYTES = 1_024

const RETRY_MILLIS = { first: 100, most: 2_000 }

export interface SpoolDrainParts {
  readonly consumer: QueueConsumer
  readonly target: SendingTarget
  readonly drained: DrainedPosition
  /** Everything up to here has been sent on. */
  readonly onDrained: (position: bigint) => void
  /** Keeps a body that the target takes at no time; resolves to where it is. */
  readonly setAside: (position: bigint, body: Uint8Array) => Promise<string>
  /** What the last attempt failed with; undefined once one has succeeded. */
  readonly onTrouble: (failure: QueueError | undefined) => void
}

/**
 * Sends on what lies in the spool, in order, until the signal aborts. What one attempt could not send is tried again by
 * itself, so that records which went through do not go again and again while another cannot.
 */
export async function drainSpool(parts: SpoolDrainParts, signal: AbortSignal): Promise<void> {
  const { consumer, drained } = parts
  let after = await drained.read()
  while (!signal.aborted) {
    try {
      for await (const items of consumer.consume(SPOOL_PARTITION, after, signal)) {
        await sendUntilDone(parts, items, signal)
        if (signal.aborted) return
        const position = items.at(-1)?.position
        if (position === undefined) continue
        after = position
        await drained.write(position)
        parts.onDrained(position)
        await consumer.release(SPOOL_PARTITION, position)
      }
    } catch (error) {
      if (signal.aborted) return
      // A spool that was replaced is sent from its first record.
      if (error instanceof QueueError && error.code === 'position_lost') after = null
      parts.onTrouble(error instanceof QueueError ? error : new QueueError('io', String(error)))
      await pause(RETRY_MILLIS.most, undefined, { signal }).catch(() => undefined)
    }
  }
}

async function sendUntilDone(
  parts: SpoolDrainParts,
  items: readonly QueueItem[],
  signal: AbortSignal,
): Promise<void> {
  let left = items
  for (let wait = RETRY_MILLIS.first; ; wait = Math.min(2 * wait, RETRY_MILLIS.most)) {
    const failed = await sendAll(parts.target, left)
    parts.onTrouble(failed.findLast(({ item, failure }) => !canShrink(item, failure))?.failure)
    if (failed.length === 0) return
    left = await Promise.all(
      failed.map(({ item, failure }) => (canShrink(item, failure) ? withoutBody(parts, item) : item)),
    )
    await pause(wait, undefined, { signal }).catch(() => undefined)
    if (signal.aborted) return
  }
}

/** Whether what the target takes at no time can go on as less. */
function canShrink(item: QueueItem, failure: QueueError): boolean {
  return failure.code === 'too_large' && bodyOf(item) !== undefined
}

/** Of what was too large the body stays here, and what goes on says where: it is then found among the dead letters. */
async function withoutBody({ setAside }: SpoolDrainParts, item: QueueItem): Promise<QueueItem> {
  const body = bodyOf(item)
  if (body === undefined) return item
  const path = await setAside(item.position, body)
  return {
    kind: 'damaged',
    position: item.position,
    reason: `a record of ${body.byteLength} bytes is more than the topic takes; its body is kept in ${path}`,
    sample: body.subarray(0, SAMPLE_BYTES),
  }
}

function bodyOf(item: QueueItem): Uint8Array | undefined {
  switch (item.kind) {
    case 'record':
      return fromSpooledBody(item.body).body
    case 'damaged':
      return item.salvage && salvagedBody(item.salvage.body)
    case 'lost':
      return undefined
  }
}

/** One attempt; resolves to those that failed, in order. */
async function sendAll(
  target: SendingTarget,
  items: readonly QueueItem[],
): Promise<readonly { readonly item: QueueItem; readonly failure: QueueError }[]> {
  const outcomes = await Promise.all(
    items.map((item) => {
      const { promise, resolve } = Promise.withResolvers<QueueError | undefined>()
      const { key, sendable } = sendableOf(item)
      target.send({
        key,
        item: sendable,
        patienceMillis: 0,
        stored: () => resolve(undefined),
        failed: resolve,
      })
      return promise
    }),
  )
  return items.flatMap((item, index) => {
    const failure = outcomes[index]
    return failure === undefined ? [] : [{ item, failure }]
  })
}

/** Damage in the spool goes on as damage, so that it is found among the dead letters. */
function sendableOf(item: QueueItem): { key: string | undefined; sendable: Sendable } {
  switch (item.kind) {
    case 'record': {
      const { key, body } = fromSpooledBody(item.body)
      return { key, sendable: { kind: 'record', header: item.header, body } }
    }
    case 'damaged': {
      const { reason, sample, salvage } = item
      const whole = salvage && { header: salvage.header, body: salvagedBody(salvage.body) }
      return {
        key: undefined,
        sendable: { kind: 'damaged', reason: `in the spool: ${reason}`, sample, salvage: whole },
      }
    }
    case 'lost':
      return { key: undefined, sendable: { kind: 'lost', reason: `in the spool: ${item.reason}` } }
  }
}

/** Where the damage hit the key, the body is what is there. */
function salvagedBody(spooled: Uint8Array): Uint8Array {
  try {
    return fromSpooledBody(spooled).body
  } catch {
    return spooled
  }
}
