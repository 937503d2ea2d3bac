import type { GeneratedEvent } from './generated-event.ts'
import { integer, pick } from './random.ts'

/** Stand in for what changes whenever the body is sent; of the same length in bytes. */
export const TIME_PLACE = '2000-01-01T00:00:00.000000Z'
export const TRACE_PLACE = 'f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0'
/** A key that is there for some time only; its four digits are the number of the rollout. */
export const KEY_PLACE = 'rollout.e0000'

type Fields = readonly (readonly [key: string, value: string | number | boolean])[]

/** What each layout has besides the common keys. */
const OWN: readonly ((event: GeneratedEvent, n: number) => Fields)[] = [
  (event) => [
    ['http.method', 'GET'],
    ['url.path', event.path],
  ],
  (_, n) => [
    ['db.system', 'postgresql'],
    ['db.rows', n % 5_000],
    ['db.pool', n % 8],
  ],
  (_, n) => [
    ['messaging.topic', `orders.${n % 12}`],
    ['messaging.offset', n * 7],
  ],
  (event, n) => [
    ['url.path', event.path],
    ['http.request.bytes', n],
    ['tls', n % 2 === 0],
  ],
  (_, n) => [['k8s.pod.name', `app-${(n % 400).toString(36)}-x${n % 3}`]],
  (_, n) => [
    ['cache.hit', n % 3 > 0],
    ['cache.ttl', (n % 600) / 2],
  ],
  (_, n) => [
    ['job.name', `nightly-${n % 20}`],
    ['job.attempt', n % 4],
  ],
  (_, n) => [
    ['client.ip', `10.0.${n % 256}.${(n * 13) % 256}`],
    ['geo.country', 'DE'],
  ],
  (_, n) => [['grpc.method', `/shop.v1.Cart/Get${n % 9}`]],
  (_, n) => [
    ['feature.flag', `exp-${n % 30}`],
    ['feature.on', n % 2 === 1],
  ],
]

const WORDS =
  'retry pool handler timeout worker batch commit lease shard buffer queue socket region tenant index probe quota token'.split(
    ' ',
  )

/**
 * A JSON line of about `bytes` bytes in one of the layouts: other keys and another order in each. One line in five has
 * keys more, one of them for some time only.
 */
export function jsonLine(event: GeneratedEvent, layout: number, bytes: number, random: () => number): string {
  const n = integer(random, 100_000)
  const common: Fields = [
    ['@timestamp', TIME_PLACE],
    ['level', event.level],
    ['service', event.service],
    ['hostname', event.hostname],
    ['message', event.message],
    ...(event.isTraced ? ([['trace_id', TRACE_PLACE]] as const) : []),
    ['http.status_code', event.status],
    ['duration_ms', event.durationMillis],
    ['user.id', event.userId],
  ]
  const turn = (layout * 3) % common.length
  const fields = [
    ...common.slice(turn),
    ...common.slice(0, turn),
    ...(OWN[layout % OWN.length]?.(event, n) ?? []),
    ...(n % 5 === 0 ? ([['error.kind', `E${n % 40}`]] as const) : []),
    ...(n % 5 === 0 && n % 2 === 0 ? ([['tenant', `t-${n % 50}`]] as const) : []),
    ...(n % 5 === 1 ? ([[KEY_PLACE, n % 3 === 0]] as const) : []),
  ]
  const line = JSON.stringify(Object.fromEntries(fields))
  const missing = bytes - Buffer.byteLength(line) - '"detail":"",'.length
  return missing <= 0 ? line : `${line.slice(0, -1)},"detail":"${words(missing, random)}"}`
}

/** A line of text of about `bytes` bytes: time, level, trace id, message, words. */
export function textLine(event: GeneratedEvent, bytes: number, random: () => number): string {
  const message = event.message.replaceAll(/\s+/g, ' ')
  const trace = event.isTraced ? ` trace_id=${TRACE_PLACE}` : ''
  const line = `${TIME_PLACE} ${event.level.toUpperCase()} [${event.hostname}]${trace} ${message};`
  return `${line} ${words(Math.max(0, bytes - line.length - 1), random)}`
}

function words(length: number, random: () => number): string {
  let text = ''
  while (text.length < length) text += `${pick(random, WORDS)} `
  return text.slice(0, length).trimEnd()
}
