import { crc32 } from 'node:zlib'
import { DeadLetter, type Nanos, nanosFromIso } from '@heartwood/event'
import { LogStoreError } from '../../port.ts'

/** What a letter has besides its texts, as JSON; about. */
const LETTER_BYTES = 400

/** About what letters take in a file. */
export function letterBytes(letters: readonly DeadLetter[]): number {
  let bytes = 0
  for (const { sample, reason, original } of letters) {
    bytes += sample.length + reason.length + (original?.body.length ?? 0) + LETTER_BYTES
  }
  return bytes
}

/** When a letter was put aside; one that does not say it is as old as can be. */
export function putAsideAt({ at }: DeadLetter): Nanos {
  return nanosFromIso(at) ?? 0n
}

export function oldestOf(letters: readonly DeadLetter[]): Nanos | undefined {
  let oldest: Nanos | undefined
  for (const letter of letters) {
    const at = putAsideAt(letter)
    if (oldest === undefined || at < oldest) oldest = at
  }
  return oldest
}

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
