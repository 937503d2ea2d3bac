import { freeBytes } from '@heartwood/event'

/** Smaller bodies mostly arrive in one piece, larger ones are rare. */
const LEAST_BYTES = 64 * 1024
const MOST_BYTES = 1024 * 1024
/** Bytes kept for the next bodies. */
const KEPT_BYTES = 8 * 1024 * 1024

/** Memory for bodies that is used again, so that the collector has less to do. */
export interface BodyPool {
  take(bytes: number): PooledBuffer
}

/** Dispose of it when nothing refers to its bytes any more. */
export interface PooledBuffer extends Disposable {
  /** Of the length asked for, with anything in it. */
  readonly bytes: Buffer
}

/**
 * Sizes are powers of two. What is larger than the largest, or more than is kept, is given back at once: after a spike the
 * collector has so little to do that it would come to it much later, or never.
 */
export function bodyPool(): BodyPool {
  const free = new Map<number, Buffer[]>()
  let kept = 0
  const give = (memory: Buffer) => {
    if (memory.length > MOST_BYTES || kept + memory.length > KEPT_BYTES) return freeBytes(memory)
    kept += memory.length
    const others = free.get(memory.length)
    if (others === undefined) free.set(memory.length, [memory])
    else others.push(memory)
  }
  const from = (size: number): Buffer => {
    const memory = free.get(size)?.pop()
    if (memory === undefined) return Buffer.allocUnsafeSlow(size)
    kept -= size
    return memory
  }
  return {
    take(bytes) {
      const memory = from(sizeFor(bytes))
      let given = false
      return {
        bytes: memory.subarray(0, bytes),
        [Symbol.dispose]() {
          if (!given) give(memory)
          given = true
        },
      }
    },
  }
}

function sizeFor(bytes: number): number {
  if (bytes > MOST_BYTES) return bytes
  let size = LEAST_BYTES
  while (size < bytes) size *= 2
  return size
}
