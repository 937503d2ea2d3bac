import { type EventBatch, LEVELS } from '@heartwood/event'
import { LEVEL_OF_SEVERITY } from '../manifest/level-counts.ts'
import { ByteSink } from '../parquet/byte-sink.ts'
import { PartReader } from './part-reader.ts'

/** Events of a service ('' for those without one) by index into LEVELS. */
export interface ServiceCount {
  readonly service: string
  readonly levels: readonly number[]
}

/** How many events of each service and level the rows from `from` to `to` are, by service. */
export function countServices(batch: EventBatch, from: number, to: number): ServiceCount[] {
  const column = batch.text.get('service')
  const counts = new Uint32Array((column?.values.length ?? 1) * LEVELS.length)
  for (let row = from; row < to; row++) {
    const level = LEVEL_OF_SEVERITY[batch.severity_number[row] ?? 0] ?? 0
    const cell = (column?.codes[row] ?? 0) * LEVELS.length + level
    counts[cell] = (counts[cell] ?? 0) + 1
  }
  const found: ServiceCount[] = []
  for (let start = 0, code = 0; start < counts.length; start += LEVELS.length, code++) {
    const levels = counts.subarray(start, start + LEVELS.length)
    if (levels.every((count) => count === 0)) continue
    found.push({ service: column?.values.at(code).toWellFormed() ?? '', levels: [...levels] })
  }
  return joinedCounts([found])
}

/** The sums of several counts, by service. */
export function joinedCounts(all: readonly (readonly ServiceCount[])[]): ServiceCount[] {
  const sums = new Map<string, number[]>()
  for (const { service, levels } of all.flat()) {
    const sum = sums.get(service)
    if (sum === undefined) sums.set(service, [...levels])
    else for (const [level, count] of levels.entries()) sum[level] = (sum[level] ?? 0) + count
  }
  return [...sums]
    .map(([service, levels]) => ({ service, levels }))
    .sort((a, b) => (a.service < b.service ? -1 : a.service > b.service ? 1 : 0))
}

const utf8 = { encode: new TextEncoder(), decode: new TextDecoder('utf-8', { ignoreBOM: true }) }

/**
 * Varints: how many services; then for each the bytes its name shares with the one before, the bytes that follow and
 * these, a bit for each level it has, and the counts of those levels.
 */
export function encodeCounts(counts: readonly ServiceCount[]): Uint8Array {
  const sink = new ByteSink()
  sink.varint(counts.length)
  let before = new Uint8Array(0)
  for (const { service, levels } of counts) {
    const name = utf8.encode.encode(service)
    const shared = sharedStart(before, name)
    sink.varint(shared)
    sink.varint(name.length - shared)
    sink.append(name.subarray(shared))
    sink.varint(levels.reduce((bits, count, level) => (count > 0 ? bits | (1 << level) : bits), 0))
    for (const count of levels) if (count > 0) sink.varint(count)
    before = name
  }
  return sink.bytes()
}

function sharedStart(a: Uint8Array, b: Uint8Array): number {
  let length = 0
  while (length < a.length && length < b.length && a[length] === b[length]) length++
  return length
}

/** Throws RangeError where the bytes are no counts. */
export function decodeCounts(bytes: Uint8Array): ServiceCount[] {
  const reader = new PartReader(bytes, 'counts')
  const counts: ServiceCount[] = []
  let before = new Uint8Array(0)
  for (let left = reader.varint(); left > 0; left--) {
    const shared = reader.varint()
    const length = reader.varint()
    if (shared > before.length || length > reader.left) throw new RangeError('a name that is not there')
    const name = new Uint8Array(shared + length)
    name.set(before.subarray(0, shared))
    name.set(reader.take(length), shared)
    const bits = reader.varint()
    const levels = LEVELS.map((_, level) => ((bits >> level) & 1 ? reader.varint() : 0))
    counts.push({ service: utf8.decode.decode(name), levels })
    before = name
  }
  reader.end()
  return counts
}
