import { hash } from 'node:crypto'

/** Bytes of the hash a batch id is remembered by. */
export const BATCH_HASH_BYTES = 16

/**
 * The first 128 bits of the SHA-256 of a batch id. Ids come from clients, so a shorter or weaker hash could be made to
 * collide, and a batch that is taken for a known one is lost.
 */
export function batchHash(batchId: string): Buffer {
  return hash('sha256', batchId, 'buffer').subarray(0, BATCH_HASH_BYTES)
}
