import { constants, gzipSync, zstdCompressSync } from 'node:zlib'
import { type GeneratedEvent, generateEvents } from './generated-event.ts'
import { jsonLine, KEY_PLACE, TIME_PLACE, TRACE_PLACE, textLine } from './line.ts'
import type { Sending } from './protocol.ts'
import { seededRandom } from './random.ts'
import { type Places, stamp } from './stamp.ts'
import type { Workload } from './workload.ts'

/** A request body made before the run. */
export interface Body {
  /** Its place in the ring. */
  readonly index: number
  readonly bytes: Buffer
  readonly events: number
  /** Before compression. */
  readonly plainBytes: number
  /** URL parameters: text lines do not say their service. */
  readonly search: string
  readonly places: Places
  /** Of a compressed body, which cannot be changed: as it was sent whenever it is sent. */
  readonly fixed: Omit<Sending, 'body'> | undefined
}

/**
 * The ring of bodies of a workload: the same for the same seed.
 * @param nowMicros the time of the compressed ones
 */
export function prepareBodies(workload: Workload, nowMicros: number): Body[] {
  const random = seededRandom(workload.seed + 1)
  const events = generateEvents(workload)
  return Array.from({ length: workload.bodies }, (_, index) => {
    const from = index * workload.eventsPerBody
    return prepareBody(workload, index, events.slice(from, from + workload.eventsPerBody), nowMicros, random)
  })
}

function prepareBody(
  workload: Workload,
  index: number,
  events: readonly GeneratedEvent[],
  nowMicros: number,
  random: () => number,
): Body {
  const isJson = workload.format === 'json'
  const lines = events.map((event, line) =>
    isJson
      ? jsonLine(event, line % workload.shapes, workload.bytes, random)
      : textLine(event, workload.bytes, random),
  )
  const plain = Buffer.from(`${lines.join('\n')}\n`)
  const places = placesOf(lines)
  const body = {
    index,
    bytes: plain,
    events: events.length,
    plainBytes: plain.length,
    search: isJson ? '' : `?service=${encodeURIComponent(events[0]?.service ?? '')}`,
    places,
    fixed: undefined,
  }
  if (workload.encoding === 'identity') return body
  const fixed = {
    endMicros: nowMicros,
    microsPerEvent: 1_000,
    seed: [index * 2 + 1, index * 2 + 2] satisfies Sending['seed'],
  }
  stamp(plain, places, { body: index, ...fixed })
  return { ...body, bytes: compressed(plain, workload.encoding), fixed }
}

function compressed(plain: Buffer, encoding: 'gzip' | 'zstd'): Buffer {
  if (encoding === 'gzip') return gzipSync(plain, { level: 6 })
  return zstdCompressSync(plain, { params: { [constants.ZSTD_c_compressionLevel]: 3 } })
}

function placesOf(lines: readonly string[]): Places {
  const starts = new Int32Array(lines.length)
  let at = 0
  for (const [index, line] of lines.entries()) {
    starts[index] = at
    at += Buffer.byteLength(line) + 1
  }
  const placesIn = (text: string) =>
    Int32Array.from(lines, (line, index) => {
      const found = line.indexOf(text)
      return found < 0 ? -1 : (starts[index] ?? 0) + Buffer.byteLength(line.slice(0, found))
    })
  return { times: placesIn(TIME_PLACE), traces: placesIn(TRACE_PLACE), keys: placesIn(KEY_PLACE) }
}
