import { constants, gzipSync, zstdCompressSync } from 'node:zlib'
import { factsOf } from './facts.ts'
import { eventSource } from './generated-event.ts'
import { jsonLine, TIME_PLACE, TRACE_PLACE, textLine } from './line.ts'
import { seededRandom } from './random.ts'
import type { Facts, Workload } from './workload.ts'

/** A request body made before the run. */
export interface Body {
  readonly bytes: Buffer
  readonly facts: Facts
  /** URL parameters: text lines do not say their service. */
  readonly search: string
  /** Where the times and trace ids of the lines stand; empty in a compressed body, which is sent as it is. */
  readonly timesAt: Int32Array
  readonly tracesAt: Int32Array
}

/** The ring of bodies of a workload: the same for the same seed. */
export function prepareBodies(workload: Workload): Body[] {
  const random = seededRandom(workload.seed)
  const next = eventSource(workload, random)
  return Array.from({ length: workload.bodies }, () => prepareBody(workload, next, random))
}

function prepareBody(workload: Workload, next: ReturnType<typeof eventSource>, random: () => number): Body {
  const isJson = workload.format === 'json'
  const made = Array.from({ length: workload.eventsPerBody }, next)
  const service = made[0]?.service ?? 'nobody'
  const events = isJson ? made : made.map((event) => ({ ...event, service }))
  const lines = events.map((event, index) =>
    isJson
      ? jsonLine(event, index % workload.shapes, workload.bytes, random)
      : textLine(event, workload.bytes, random),
  )
  const plain = Buffer.from(`${lines.join('\n')}\n`)
  const search = isJson ? '' : `?service=${encodeURIComponent(service)}`
  const [timesAt, tracesAt] = [placesOf(plain, TIME_PLACE), placesOf(plain, TRACE_PLACE)]
  const facts = factsOf(events, plain.length, isJson)
  if (workload.encoding === 'identity') return { bytes: plain, facts, search, timesAt, tracesAt }
  refresh({ bytes: plain, timesAt, tracesAt }, Date.now(), random)
  const none = new Int32Array(0)
  return { bytes: compressed(plain, workload.encoding), facts, search, timesAt: none, tracesAt: none }
}

function compressed(plain: Buffer, encoding: 'gzip' | 'zstd'): Buffer {
  if (encoding === 'gzip') return gzipSync(plain, { level: 6 })
  return zstdCompressSync(plain, { params: { [constants.ZSTD_c_compressionLevel]: 3 } })
}

function placesOf(bytes: Buffer, text: string): Int32Array {
  const places: number[] = []
  for (let at = bytes.indexOf(text); at >= 0; at = bytes.indexOf(text, at + text.length)) places.push(at)
  return Int32Array.from(places)
}

const HEX = Buffer.from('0123456789abcdef')
const MICROS_APART = 1_000

/**
 * Gives each line of a body its own new time, a millisecond and a bit after the one before, the last one now, and a new
 * random trace id: a ring that is sent again must not compress better than new lines would.
 * @param now epoch milliseconds
 */
export function refresh(
  { bytes, timesAt, tracesAt }: Pick<Body, 'bytes' | 'timesAt' | 'tracesAt'>,
  now: number,
  random: () => number,
): void {
  let second = Number.NaN
  let prefix = ''
  for (const [index, at] of timesAt.entries()) {
    const micros = (now - timesAt.length + index) * MICROS_APART + integerBelow(random, MICROS_APART)
    const itsSecond = Math.floor(micros / 1_000_000)
    if (itsSecond !== second) {
      second = itsSecond
      prefix = new Date(second * 1_000).toISOString().slice(0, 20)
    }
    bytes.write(prefix, at, 'latin1')
    let rest = micros - second * 1_000_000
    for (let digit = 5; digit >= 0; digit--) {
      bytes[at + 20 + digit] = 48 + (rest % 10)
      rest = Math.floor(rest / 10)
    }
  }
  for (const at of tracesAt)
    for (let word = 0; word < 4; word++) {
      let bits = integerBelow(random, 4_294_967_296)
      for (let digit = 0; digit < 8; digit++) {
        bytes[at + word * 8 + digit] = HEX[bits & 15] ?? 48
        bits >>>= 4
      }
    }
}

function integerBelow(random: () => number, below: number): number {
  return Math.floor(random() * below)
}
