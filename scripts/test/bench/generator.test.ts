import { gunzipSync, zstdDecompressSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { type Body, prepareBodies, refresh } from '../../../bench/generator/body.ts'
import { addFacts, noFacts } from '../../../bench/generator/facts.ts'
import { seededRandom, zipf } from '../../../bench/generator/random.ts'
import { SUBSTRING, type Workload } from '../../../bench/generator/workload.ts'

const WORKLOAD: Workload = {
  name: 'test',
  seed: 7,
  services: 50,
  bytes: 400,
  format: 'json',
  shapes: 10,
  escapes: 1 / 3,
  encoding: 'identity',
  eventsPerBody: 200,
  bodies: 3,
}

const linesOf = (body: Body) => body.bytes.toString('utf8').trimEnd().split('\n')
const parsed = (body: Body): Record<string, unknown>[] => linesOf(body).map((line) => JSON.parse(line))

describe('the load generator', () => {
  test('makes the same bodies for the same seed, and others for another', () => {
    const once = prepareBodies(WORKLOAD)
    expect(prepareBodies(WORKLOAD)).toEqual(once)
    expect(prepareBodies({ ...WORKLOAD, seed: 8 })).not.toEqual(once)
  })

  test('knows what is in its bodies', () => {
    const facts = noFacts()
    const bodies = prepareBodies(WORKLOAD)
    for (const body of bodies) addFacts(facts, body.facts)
    const lines = bodies.flatMap(parsed)
    const count = (matches: (line: Record<string, unknown>) => boolean) => lines.filter(matches).length
    const sum = (counts: Record<string, number>) => Object.values(counts).reduce((a, b) => a + b, 0)
    expect(facts.events).toBe(lines.length)
    for (const level of ['debug', 'info', 'warn', 'error'])
      expect(facts.byLevel[level]).toBe(count((line) => line.level === level))
    expect(sum(facts.errorsByService)).toBe(facts.byLevel.error)
    expect(sum(facts.failuresByService)).toBe(count((line) => Number(line['http.status_code']) >= 500))
    expect(facts.substring).toBe(count((line) => String(line.message).toLowerCase().includes(SUBSTRING)))
    expect(facts.substring).toBeGreaterThan(0)
  })

  test.each([400, 1_000])('lines have %i bytes, in as many layouts as asked for', (bytes) => {
    const lines = prepareBodies({ ...WORKLOAD, bytes }).flatMap(linesOf)
    const sizes = lines.map((line) => Buffer.byteLength(line))
    const mean = sizes.reduce((a, b) => a + b, 0) / sizes.length
    expect(Math.abs(mean - bytes)).toBeLessThan(bytes * 0.05)
    const common = new Set(lines.map((line) => Object.keys(JSON.parse(line)).slice(0, 2).join()))
    expect(common.size).toBeGreaterThan(1)
    const escaped = lines.filter((line) => line.includes('\\')).length / lines.length
    expect(escaped).toBeGreaterThan(0.25)
    expect(escaped).toBeLessThan(0.42)
  })

  test('each sending has times up to now and trace ids of its own, and is otherwise the same', () => {
    const [body] = prepareBodies(WORKLOAD)
    if (body === undefined) throw new Error('no body')
    const before = parsed(body)
    const now = Date.UTC(2026, 1, 3, 4, 5, 6, 50)
    refresh(body, now, seededRandom(1))
    const after = parsed(body)
    const times = after.map((line) => Date.parse(String(line['@timestamp'])))
    expect(times).toEqual(times.map((_, index) => now - times.length + index))
    expect(new Set(after.map((line) => line.trace_id)).size).toBe(after.length)
    for (const line of after) expect(line.trace_id).toMatch(/^[0-9a-f]{32}$/)
    const rest = (line: Record<string, unknown>) => ({ ...line, '@timestamp': '', trace_id: '' })
    expect(after.map(rest)).toEqual(before.map(rest))
  })

  test('compressed bodies hold the lines', () => {
    const [gzip] = prepareBodies({ ...WORKLOAD, encoding: 'gzip' })
    const [zstd] = prepareBodies({ ...WORKLOAD, encoding: 'zstd' })
    if (gzip === undefined || zstd === undefined) throw new Error('no body')
    expect(gunzipSync(gzip.bytes).toString().trimEnd().split('\n')).toHaveLength(200)
    expect(zstdDecompressSync(zstd.bytes).toString().trimEnd().split('\n')).toHaveLength(200)
  })

  test('few services are busy and most are quiet', () => {
    const next = zipf(seededRandom(3), 100)
    const counts = new Array<number>(100).fill(0)
    for (let n = 0; n < 50_000; n++) {
      const rank = next()
      counts[rank] = (counts[rank] ?? 0) + 1
    }
    const [busiest = 0, second = 0] = counts
    expect(busiest / second).toBeGreaterThan(1.8)
    expect(busiest / second).toBeLessThan(2.2)
    expect(counts.at(-1)).toBeGreaterThan(0)
  })
})
