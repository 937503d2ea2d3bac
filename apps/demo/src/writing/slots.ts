/** A stretch of time whose logs are sent together, epoch milliseconds, `to` exclusive. */
export interface Slot {
  readonly from: number
  readonly to: number
}

/** When the demo begins, and after a pause, it writes what happened in this long before. */
export const PAST_MILLIS = 60 * 60_000
/** What was before the opening is sent in large slots, since it is much; what comes, in small ones, since it is soon. */
const PAST_SLOT_MILLIS = 15_000
const SLOT_MILLIS = 3_000

/** The slot that begins at a boundary. Where they lie follows from the opening alone, so every start finds the same. */
export function slotAt(opened: number, from: number): Slot {
  return { from, to: from + (from < opened ? PAST_SLOT_MILLIS : SLOT_MILLIS) }
}

/** The last slot before a boundary. */
export function slotBefore(opened: number, to: number): Slot {
  return { from: to - (to <= opened ? PAST_SLOT_MILLIS : SLOT_MILLIS), to }
}

/** The boundary at which to go on at `now`: where the writing ended, unless that is too long ago. */
export function resumeAt(opened: number, writtenTo: number, now: number): number {
  const missed = Math.max(0, now - PAST_MILLIS - opened)
  return Math.max(writtenTo, opened - PAST_MILLIS, missed > 0 ? opened + floor(missed, SLOT_MILLIS) : 0)
}

/** The time at which a demo opens that begins now. */
export function openingAt(now: number): number {
  return floor(now, SLOT_MILLIS)
}

/**
 * Names what an agent sends of a slot. It follows from the slot, so that a slot that is sent again after a crash is
 * stored once.
 */
export function batchKey(seed: number, host: string, { from }: Slot): string {
  return `demo-${seed}-${host}-${from / 1_000}`
}

function floor(millis: number, step: number): number {
  return Math.floor(millis / step) * step
}
