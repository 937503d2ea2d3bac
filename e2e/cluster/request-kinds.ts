import type { RequestKind } from './flaky-proxy.ts'

/** Numbers that Kafka's protocol has for its requests. */
export const KAFKA_API = { produce: 0, fetch: 1, offsetCommit: 8, joinGroup: 11, heartbeat: 12 } as const

const LENGTH_BYTES = 4

/** Requests of a Kafka client: frames of a length and, in it, the number of the request. */
export function kafkaRequests(api: (typeof KAFKA_API)[keyof typeof KAFKA_API]): RequestKind {
  return () => {
    let pending = Buffer.alloc(0)
    /** Bytes of a frame that began earlier. */
    let rest = 0
    return (chunk) => {
      let found = false
      const skipped = Math.min(rest, chunk.length)
      rest -= skipped
      pending = Buffer.concat([pending, chunk.subarray(skipped)])
      while (pending.length >= LENGTH_BYTES + 2) {
        const end = LENGTH_BYTES + pending.readInt32BE(0)
        found ||= pending.readInt16BE(LENGTH_BYTES) === api
        rest = Math.max(0, end - pending.length)
        pending = pending.subarray(Math.min(end, pending.length))
      }
      return found
    }
  }
}

/** Requests of an HTTP client whose path ends like this: `/_bulk`. */
export function httpRequests(pathEnd: string): RequestKind {
  return () => (chunk) => {
    const line = chunk.toString('latin1', 0, Math.min(chunk.length, 2_000)).split('\r\n', 1)[0] ?? ''
    const path = /^[A-Z]+ ([^ ?]+)[^ ]* HTTP\/1\.1$/.exec(line)?.[1]
    return path?.endsWith(pathEnd) ?? false
  }
}
