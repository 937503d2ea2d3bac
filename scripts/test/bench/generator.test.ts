import { gunzipSync, zstdDecompressSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { BacklogWindow, LEAST_WINDOW } from '../../../bench/generator/backlog-window.ts'
import { type Body, prepareBodies } from '../../../bench/generator/body.ts'
import { generateEvents } from '../../../bench/generator/generated-event.ts'
import type { Sending } from '../../../bench/generator/protocol.ts'
import { seededRandom, zipf } from '../../../bench/generator/random.ts'
import { slotsOf } from '../../../bench/generator/slots.ts'
import { stamp } from '../../../bench/generator/stamp.ts'
import type { Workload } from '../../../bench/generator/workload.ts'

const WORKLOAD: Workload = {
  name: 'test',
  seed: 7,
  services: 50,
  bytes: 400,
  format: 'json',
  shapes: 10,
  escapes: 1 / 3,
  traces: 0.5,
  encoding: 'identity',
  eventsPerBody: 200,
  bodies: 3,
}
const NOW = Date.UTC(2026, 1, 3, 4, 5, 6) * 1_000

const linesOf = (body: Body) => body.bytes.toString('utf8').trimEnd().split('\n')
const parsed = (body: Body): Record<string, unknown>[] => linesOf(body).map((line) => JSON.parse(line))
const share = <T>(values: readonly T[], matches: (value: T) => boolean) =>
  values.filter(matches).length / values.length

describe('the bodies of the load generator', () => {
  test('are the same for the same seed, and others for another', () => {
    const once = prepareBodies(WORKLOAD, NOW)
    expect(prepareBodies(WORKLOAD, NOW)).toEqual(once)
    expect(prepareBodies({ ...WORKLOAD, seed: 8 }, NOW)).not.toEqual(once)
  })

  test.each(['json', 'text'] as const)('hold the events that are known without them, as %s', (format) => {
    const workload = { ...WORKLOAD, format, escapes: 0 }
    const events = generateEvents(workload)
    const bodies = prepareBodies(workload, NOW)
    const lines = bodies.flatMap(linesOf)
    expect(events).toHaveLength(lines.length)
    for (const [index, event] of events.entries()) {
      const line = lines[index] ?? ''
      expect(line).toContain(event.message)
      expect(line).toContain(format === 'json' ? `"level":"${event.level}"` : event.level.toUpperCase())
      expect(line.includes('trace_id')).toBe(event.isTraced)
      if (format === 'json') expect(line).toContain(`"service":"${event.service}"`)
      else expect(bodies[Math.floor(index / 200)]?.search).toBe(`?service=${event.service}`)
    }
  })

  test.each([400, 1_000])('have lines of %i bytes, in as many layouts as asked for', (bytes) => {
    const lines = prepareBodies({ ...WORKLOAD, bytes }, NOW).flatMap(linesOf)
    const sizes = lines.map((line) => Buffer.byteLength(line))
    const mean = sizes.reduce((a, b) => a + b, 0) / sizes.length
    expect(Math.abs(mean - bytes)).toBeLessThan(bytes * 0.05)
    const layouts = new Set(lines.map((line) => Object.keys(JSON.parse(line)).slice(0, 2).join()))
    expect(layouts.size).toBeGreaterThan(1)
    const escaped = share(lines, (line) => line.includes('\\'))
    expect(escaped).toBeGreaterThan(0.25)
    expect(escaped).toBeLessThan(0.42)
    const traced = share(lines, (line) => line.includes('trace_id'))
    expect(traced).toBeGreaterThan(0.4)
    expect(traced).toBeLessThan(0.6)
  })

  test('hold the same lines compressed, with the times that are known', () => {
    for (const [encoding, inflate] of [
      ['gzip', gunzipSync],
      ['zstd', zstdDecompressSync],
    ] as const) {
      const [body] = prepareBodies({ ...WORKLOAD, encoding }, NOW)
      const lines = inflate(body?.bytes ?? '')
        .toString()
        .trimEnd()
        .split('\n')
      expect(lines).toHaveLength(200)
      expect(body?.fixed?.endMicros).toBe(NOW)
      const last = Date.parse(JSON.parse(lines.at(-1) ?? '')['@timestamp']) * 1_000
      expect(last).toBeLessThanOrEqual(NOW)
      expect(last).toBeGreaterThanOrEqual(NOW - 2_000)
    }
  })
})

describe('a body that is sent again', () => {
  const sending: Sending = { body: 0, endMicros: NOW, microsPerEvent: 1_500, seed: [1, 2] }

  test('has other times, trace ids and rollout keys, and is otherwise the same', () => {
    const [body] = prepareBodies(WORKLOAD, NOW)
    if (body === undefined) throw new Error('no body')
    stamp(body.bytes, body.places, sending)
    const before = parsed(body)
    stamp(body.bytes, body.places, { ...sending, endMicros: NOW + 60e6, seed: [3, 4] })
    const after = parsed(body)
    const changed = (line: Record<string, unknown>) =>
      Object.entries(line).filter(([key]) => key !== '@timestamp' && key !== 'trace_id' && !isRollout(key))
    expect(after.map(changed)).toEqual(before.map(changed))
    const traces = [...before, ...after].flatMap(({ trace_id }) => (trace_id === undefined ? [] : [trace_id]))
    expect(new Set(traces).size).toBe(traces.length)
    for (const trace of traces) expect(trace).toMatch(/^[0-9a-f]{32}$/)
    const rollouts = (lines: typeof before) => new Set(lines.flatMap(Object.keys).filter(isRollout))
    expect(rollouts(before).size).toBe(1)
    expect(rollouts(after).size).toBe(1)
    expect(rollouts(after)).not.toEqual(rollouts(before))
  })

  test('has times in order, each in its slot before the end', () => {
    const [body] = prepareBodies(WORKLOAD, NOW)
    if (body === undefined) throw new Error('no body')
    stamp(body.bytes, body.places, sending)
    for (const [index, { '@timestamp': text }] of parsed(body).entries()) {
      const micros =
        Date.parse(String(text).slice(0, 23).concat('Z')) * 1_000 + Number(String(text).slice(23, 26))
      const slot = NOW - (200 - index) * 1_500
      expect(micros).toBeGreaterThanOrEqual(slot)
      expect(micros).toBeLessThan(slot + 1_500)
    }
  })

  const isRollout = (key: string) => /^rollout\.e\d{4}$/.test(key)
})

describe('the pace of the load generator', () => {
  test('gives each request of a rate its place on the clock, one step after the other', () => {
    const slots = slotsOf(
      [
        { kind: 'paced', seconds: 2, eventsPerSecond: 1_000 },
        { kind: 'paced', seconds: 1, eventsPerSecond: 2_000 },
      ],
      500,
      () => true,
      () => 0,
    )
    expect([...slots]).toEqual([
      { step: 0, due: 0 },
      { step: 0, due: 500 },
      { step: 0, due: 1_000 },
      { step: 0, due: 1_500 },
      { step: 1, due: 2_000 },
      { step: 1, due: 2_250 },
      { step: 1, due: 2_500 },
      { step: 1, due: 2_750 },
    ])
  })

  test('sends at once until a step without a rate is over', () => {
    let left = 3
    const slots = slotsOf(
      [{ kind: 'flat-out', seconds: 1 }],
      500,
      () => left-- === 0,
      () => 0,
    )
    expect([...slots]).toEqual(Array.from({ length: 3 }, () => ({ step: 0, due: undefined })))
  })

  test('lets as much wait as the indexer does in a second, and never less than a batch can hold', () => {
    const window = new BacklogWindow()
    expect(window.limit).toBe(LEAST_WINDOW)
    window.indexed(0, 0)
    window.indexed(1e6, 1_000)
    expect(window.limit).toBe(LEAST_WINDOW)
    for (let second = 2; second < 10; second++) window.indexed(second * 1e6, second * 250_000)
    expect(window.limit).toBe(250_000)
    expect(window.searchable).toBe(9 * 250_000)
    const smaller = new BacklogWindow(30_000)
    expect(smaller.limit).toBe(30_000)
    smaller.indexed(0, 0)
    smaller.indexed(1e6, 40_000)
    expect(smaller.limit).toBe(40_000)
  })

  test('has few busy services and many quiet ones', () => {
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
