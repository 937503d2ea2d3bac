import { QueueError } from '../port.ts'

/**
 * The queue on disk keeps no keys, but whoever sends on needs them: in the spool a body stands behind its key.
 *
 *   0 bytes of the key u16 (65535: none)   2 the key as UTF-8, then the body
 */
const NO_KEY = 0xffff
const LENGTH_BYTES = 2

export function spooledBody(key: string | undefined, body: Uint8Array): Uint8Array {
  const bytes = Buffer.from(key ?? '')
  if (bytes.byteLength >= NO_KEY) throw new RangeError('the key of a record is at most 65,534 bytes long')
  const length = Buffer.alloc(LENGTH_BYTES)
  length.writeUInt16LE(key === undefined ? NO_KEY : bytes.byteLength)
  return Buffer.concat([length, bytes, body])
}

export function fromSpooledBody(spooled: Uint8Array): { key: string | undefined; body: Uint8Array } {
  const bytes = Buffer.from(spooled.buffer, spooled.byteOffset, spooled.byteLength)
  const length = bytes.byteLength < LENGTH_BYTES ? NO_KEY : bytes.readUInt16LE()
  if (length === NO_KEY) return { key: undefined, body: bytes.subarray(LENGTH_BYTES) }
  const start = LENGTH_BYTES + length
  if (start > bytes.byteLength) throw new QueueError('io', 'a record of the spool is shorter than its key')
  return { key: bytes.toString('utf8', LENGTH_BYTES, start), body: bytes.subarray(start) }
}
