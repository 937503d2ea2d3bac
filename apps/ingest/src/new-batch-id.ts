import { randomFillSync } from 'node:crypto'
import { v7 } from 'uuid'

/** Random bytes of an id. */
const RANDOM_BYTES = 16
/** Asking for random bytes costs more than making the rest of an id, so some are kept in stock. */
const STOCK = 256

/**
 * Makes UUIDv7, each greater than the one before also within a millisecond (RFC 9562, a counter in the upper random
 * bits), so that ids sort in the order of the requests.
 */
export function batchIds(nowMillis: () => number): () => string {
  const stock = new Uint8Array(STOCK * RANDOM_BYTES)
  const view = new DataView(stock.buffer)
  let used = STOCK
  let msecs = 0
  let seq = 0
  return () => {
    if (used === STOCK) {
      randomFillSync(stock)
      used = 0
    }
    const at = RANDOM_BYTES * used++
    const random = stock.subarray(at, at + RANDOM_BYTES)
    const now = nowMillis()
    if (now > msecs) {
      msecs = now
      // 31 bits, so that a counter that begins high has room above it.
      seq = view.getUint32(at) >>> 1
    } else if (++seq > 0xffff_ffff) {
      msecs++
      seq = 0
    }
    return v7({ random, msecs, seq })
  }
}
