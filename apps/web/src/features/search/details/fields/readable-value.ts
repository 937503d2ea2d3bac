/** A number or a time as a person reads it, shown beside the exact value. */
export interface Readable {
  readonly kind: 'duration' | 'bytes' | 'time'
  readonly text: string
}

const NANOS: Readonly<Record<string, number>> = {
  ns: 1,
  nanos: 1,
  nanoseconds: 1,
  us: 1e3,
  micros: 1e3,
  microseconds: 1e3,
  ms: 1e6,
  msec: 1e6,
  millis: 1e6,
  milliseconds: 1e6,
  s: 1e9,
  sec: 1e9,
  secs: 1e9,
  seconds: 1e9,
}
/** `s` alone says seconds only behind one of these. */
const LENGTHS = new Set(['duration', 'elapsed', 'latency', 'took', 'time', 'timeout', 'uptime', 'age', 'ttl'])
const SIZES = new Set(['bytes', 'byte', 'body_size', 'content_length', 'size_bytes', 'length_bytes'])
const MOMENTS = new Set([
  'timestamp',
  'ts',
  'at',
  'iat',
  'exp',
  'nbf',
  'epoch',
  'expires',
  'created',
  'date',
  'time',
])

/**
 * What a number means, as far as its field's name says: durations (ECS: `event.duration` is in nanoseconds), sizes in
 * bytes, moments since 1970. Undefined where the name says nothing, since a wrong unit is worse than none.
 */
export function readableNumber(name: string, value: number): Readable | undefined {
  if (!Number.isFinite(value)) return undefined
  const words = nameWords(name)
  const last = words.at(-1) ?? ''
  const before = words.at(-2) ?? ''
  if (name === 'event.duration') return { kind: 'duration', text: durationText(value) }
  const nanos = NANOS[last]
  if (nanos !== undefined && (last !== 's' || LENGTHS.has(before))) {
    return momentOf(value, before) ?? { kind: 'duration', text: durationText(value * nanos) }
  }
  if (SIZES.has(last) || SIZES.has(`${before}_${last}`)) {
    return value < 1_000 ? undefined : { kind: 'bytes', text: sizeText(value) }
  }
  return MOMENTS.has(last) ? momentOf(value, last) : undefined
}

/** Nanoseconds as `812 ns`, `12.3 ms`, `1.2 s`, `3 min 20 s`, `2 h 5 min`, `3 d 4 h`. */
export function durationText(nanos: number): string {
  const size = Math.abs(nanos)
  const sign = nanos < 0 ? '-' : ''
  if (size < 1e3) return `${sign}${short(size)} ns`
  if (size < 999_500) return `${sign}${short(size / 1e3)} µs`
  if (size < 999_500_000) return `${sign}${short(size / 1e6)} ms`
  if (size < 59.95e9) return `${sign}${short(size / 1e9)} s`
  const seconds = Math.round(size / 1e9)
  if (seconds < 3_600) return sign + twoUnits(seconds, 60, 'min', 's')
  const minutes = Math.round(seconds / 60)
  if (minutes < 1_440) return sign + twoUnits(minutes, 60, 'h', 'min')
  return sign + twoUnits(Math.round(minutes / 60), 24, 'd', 'h')
}

/** Bytes in powers of 1,000: `1.5 kB`, `120 MB`. */
export function sizeText(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB']
  let at = 0
  let size = bytes
  while (Math.abs(size) >= 999.5 && at < units.length - 1) {
    size /= 1_000
    at++
  }
  return `${short(size)} ${units[at]}`
}

function nameWords(name: string): string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '')
}

/** Epoch seconds, milliseconds, microseconds or nanoseconds, told apart by size: from 2001 on, up to 2100. */
function momentOf(value: number, word: string): Readable | undefined {
  if (!MOMENTS.has(word)) return undefined
  const scale = [1, 1e3, 1e6, 1e9].find((each) => value >= 1e9 * each && value < 4.1e9 * each)
  if (scale === undefined) return undefined
  return {
    kind: 'time',
    text: `${new Date((value / scale) * 1_000).toISOString().replace('T', ' ').replace('Z', '')} UTC`,
  }
}

function short(value: number): string {
  return String(Number(value.toPrecision(3)))
}

function twoUnits(total: number, base: number, big: string, small: string): string {
  const rest = total % base
  const whole = `${Math.floor(total / base)} ${big}`
  return rest === 0 ? whole : `${whole} ${rest} ${small}`
}
