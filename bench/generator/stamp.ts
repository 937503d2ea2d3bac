import { KEY_PLACE } from './line.ts'
import type { Sending } from './protocol.ts'
import { timeOfLine, traceWord } from './sent-times.ts'

/** Where in a body the things stand that change with each sending, by line; -1 where a line has none. */
export interface Places {
  readonly times: Int32Array
  readonly traces: Int32Array
  readonly keys: Int32Array
}

/** Four hexadecimal digits of each 16-bit number and four decimal ones of each below 10,000, as bytes in order. */
const HEX = Uint32Array.from({ length: 65_536 }, (_, n) => fourBytes(n.toString(16)))
const DECIMAL = Uint32Array.from({ length: 10_000 }, (_, n) => fourBytes(String(n)))

function fourBytes(digits: string): number {
  return Buffer.from(digits.padStart(4, '0'), 'latin1').readUInt32BE()
}

/** A rollout's key is there for so long. */
const ROLLOUT_MICROS = 5_000_000
/** Then the first one comes again: a store keeps a key for ever, and nobody has ever new ones. */
const ROLLOUTS = 200

/**
 * Gives each line of a body the time and the trace id that it has in this sending, and its changing keys the number of
 * the rollout at that time: a ring that is sent again must not compress better than new lines would.
 */
export function stamp(bytes: Buffer, { times, traces, keys }: Places, sending: Sending): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const lines = times.length
  const rollout = DECIMAL[Math.floor(sending.endMicros / ROLLOUT_MICROS) % ROLLOUTS] ?? 0
  let second = Number.NaN
  let prefix = new Uint32Array(5)
  for (let line = 0; line < lines; line++) {
    const micros = timeOfLine(sending, line, lines)
    const itsSecond = Math.floor(micros / 1_000_000)
    if (itsSecond !== second) {
      second = itsSecond
      prefix = prefixOf(second)
    }
    writeTime(view, times[line] ?? 0, prefix, micros - second * 1_000_000)
    const trace = traces[line] ?? -1
    if (trace >= 0) writeTrace(view, trace, sending.seed, line)
    const key = keys[line] ?? -1
    if (key >= 0) view.setUint32(key + KEY_PLACE.length - 4, rollout)
  }
}

/** The twenty bytes of a time up to its fraction. */
function prefixOf(second: number): Uint32Array<ArrayBuffer> {
  const text = Buffer.from(new Date(second * 1_000).toISOString().slice(0, 20), 'latin1')
  return Uint32Array.from({ length: 5 }, (_, word) => text.readUInt32BE(word * 4))
}

function writeTime(view: DataView, at: number, prefix: Uint32Array, micros: number): void {
  for (let word = 0; word < 5; word++) view.setUint32(at + word * 4, prefix[word] ?? 0)
  const hundreds = Math.floor(micros / 100)
  view.setUint32(at + 20, DECIMAL[hundreds] ?? 0)
  view.setUint16(at + 24, (DECIMAL[micros - hundreds * 100] ?? 0) & 0xffff)
}

function writeTrace(view: DataView, at: number, seed: Sending['seed'], line: number): void {
  for (let word = 0; word < 4; word++) {
    const bits = traceWord(seed, line, word)
    view.setUint32(at + word * 8, HEX[bits >>> 16] ?? 0)
    view.setUint32(at + word * 8 + 4, HEX[bits & 0xffff] ?? 0)
  }
}
