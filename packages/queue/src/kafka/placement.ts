import { crc32 } from 'node:zlib'
import type { Sendable } from '../sending.ts'

/**
 * Records without a key that were received within one such span go together: in one partition they are one batch. No whole number
 * of them is a second, so who sends every second does not always meet the same partitions.
 */
const TURN_NANOS = 53_000_000n

/**
 * The partition of a record: that of its key, else the one whose turn it was when the record was received. It follows from the
 * record alone, so one that is sent again, out of the spool too, comes to lie where its first copy may be: who knows what a
 * partition has had, as an archiver does, knows both.
 */
export function partitionOf(key: string | undefined, item: Sendable, partitions: number): number {
  if (key !== undefined) return crc32(key) % partitions
  const turn = item.kind === 'record' ? BigInt(item.header.received_at) / TURN_NANOS : 0n
  return Number(turn % BigInt(partitions))
}
