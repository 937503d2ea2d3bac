import { crc32 } from 'node:zlib'
import { DeadLetter } from '@heartwood/event'
import { LogStoreError } from '../../port.ts'

/** Dead letters that left the manifest log: one JSON object a line, oldest first. */
export function encodeDeadLetters(letters: readonly DeadLetter[]): { bytes: Uint8Array; crc: number } {
  const bytes = Buffer.from(letters.map((letter) => `${JSON.stringify(letter)}\n`).join(''), 'utf8')
  return { bytes, crc: crc32(bytes) }
}

/** Throws LogStoreError `corrupt` naming `path`. */
export function decodeDeadLetters(bytes: Uint8Array, crc: number, path: string): DeadLetter[] {
  if (crc32(bytes) !== crc) throw new LogStoreError('corrupt', `${path} does not hold what was written`)
  const lines = Buffer.from(bytes).toString('utf8').split('\n').slice(0, -1)
  return lines.map((line) => DeadLetter.parse(JSON.parse(line)))
}
