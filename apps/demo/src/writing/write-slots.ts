import { setTimeout as pause } from 'node:timers/promises'
import { type HostShipment, shipments } from '../agents/agents.ts'
import type { Shop } from '../shop/shop.ts'
import { batchKey, resumeAt, type Slot, slotAt } from './slots.ts'

export interface WritingParts {
  readonly shop: Shop
  readonly seed: number
  /** When the shop opened, epoch milliseconds. */
  readonly opened: number
  /** Posts until it is taken; rejects once the writing is to end. */
  readonly send: (shipment: HostShipment, key: string) => Promise<void>
  /** Everything before `to` is stored now, epoch milliseconds. */
  readonly onWritten: (to: number) => Promise<void>
  readonly now: () => number
  readonly signal: AbortSignal
}

/** What lies in the past is sent so many slots at a time. */
const AT_ONCE = 3

/**
 * Writes slot after slot, as fast as the past allows and then with the clock, until the signal aborts. `writtenTo` is where the
 * writing ended. After a long pause, be it that the machine slept, only its end is written.
 */
export async function writeSlots(parts: WritingParts, writtenTo: number): Promise<void> {
  const { opened, now, signal, onWritten } = parts
  let next = writtenTo
  while (!signal.aborted) {
    next = resumeAt(opened, next, now())
    const slots = endedSlots(opened, next, now())
    const last = slots.at(-1)
    if (last === undefined) {
      await pause(slotAt(opened, next).to - now(), undefined, { signal }).catch(() => undefined)
      continue
    }
    await all(slots.map((slot) => writeSlot(parts, slot)))
    next = last.to
    await onWritten(next)
  }
}

/** The next few slots that are over. */
function endedSlots(opened: number, from: number, now: number): Slot[] {
  const slots: Slot[] = []
  for (let slot = slotAt(opened, from); slot.to <= now && slots.length < AT_ONCE; ) {
    slots.push(slot)
    slot = slotAt(opened, slot.to)
  }
  return slots
}

async function writeSlot({ shop, seed, send }: WritingParts, slot: Slot): Promise<void> {
  const entries = shop.entries(slot.from, slot.to)
  await all(shipments(entries).map((shipment) => send(shipment, batchKey(seed, shipment.host, slot))))
}

/** Waits until nothing is on its way any more, also where something failed; throws what failed first. */
async function all(work: readonly Promise<void>[]): Promise<void> {
  for (const outcome of await Promise.allSettled(work))
    if (outcome.status === 'rejected') throw outcome.reason
}
