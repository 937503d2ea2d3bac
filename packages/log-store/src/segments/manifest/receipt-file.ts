import { crc32 } from 'node:zlib'
import type { Nanos } from '@heartwood/event'
import type { BatchReceipt } from '../../port.ts'
import { BATCH_HASH_BYTES, batchHash } from './batch-hash.ts'

/**
 * Receipts that have left the manifest log, of one partition, sorted by hash. A row is 32 bytes:
 * hash of the batch id (16), received at (int64), events (uint32), dead letters (uint32), little-endian.
 */
const ROW = BATCH_HASH_BYTES + 16

export interface StoredReceipt {
  readonly hash: Buffer
  readonly receivedAt: Nanos
  readonly events: number
  readonly deadLetters: number
}

export function storedReceipt(receipt: BatchReceipt): StoredReceipt {
  return {
    hash: batchHash(receipt.batch_id),
    receivedAt: receipt.received_at,
    events: receipt.events,
    deadLetters: receipt.dead_letters,
  }
}

export function encodeReceipts(receipts: readonly StoredReceipt[]): { bytes: Uint8Array; crc: number } {
  const sorted = [...receipts].sort((a, b) => a.hash.compare(b.hash))
  const bytes = Buffer.alloc(sorted.length * ROW)
  for (const [index, receipt] of sorted.entries()) {
    const at = index * ROW
    receipt.hash.copy(bytes, at)
    bytes.writeBigInt64LE(receipt.receivedAt, at + BATCH_HASH_BYTES)
    bytes.writeUInt32LE(receipt.events, at + BATCH_HASH_BYTES + 8)
    bytes.writeUInt32LE(receipt.deadLetters, at + BATCH_HASH_BYTES + 12)
  }
  return { bytes, crc: crc32(bytes) }
}

export function* decodeReceipts(bytes: Uint8Array): Generator<StoredReceipt> {
  for (let row = 0; (row + 1) * ROW <= bytes.length; row++) yield receiptAt(bytes, row)
}

/** The receipt of a batch, by binary search. */
export function findReceipt(bytes: Uint8Array, batchId: string): BatchReceipt | undefined {
  const hash = batchHash(batchId)
  let low = 0
  let high = Math.floor(bytes.length / ROW) - 1
  while (low <= high) {
    const middle = (low + high) >>> 1
    const found = receiptAt(bytes, middle)
    const order = found.hash.compare(hash)
    if (order === 0) {
      return {
        batch_id: batchId,
        received_at: found.receivedAt,
        events: found.events,
        dead_letters: found.deadLetters,
      }
    }
    if (order < 0) low = middle + 1
    else high = middle - 1
  }
  return undefined
}

function receiptAt(bytes: Uint8Array, row: number): StoredReceipt {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const at = row * ROW
  return {
    hash: buffer.subarray(at, at + BATCH_HASH_BYTES),
    receivedAt: buffer.readBigInt64LE(at + BATCH_HASH_BYTES),
    events: buffer.readUInt32LE(at + BATCH_HASH_BYTES + 8),
    deadLetters: buffer.readUInt32LE(at + BATCH_HASH_BYTES + 12),
  }
}
