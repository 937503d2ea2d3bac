import type { EventDraft } from '@heartwood/event'
import { parse } from '@heartwood/query-lang'
import { describe, expect, inject, it } from 'vitest'
import { EVER } from '../src/contract/store-under-test.ts'
import type { LogReader } from '../src/port.ts'
import { openSegmentsReader } from '../src/segments/open-reader.ts'
import { openSegmentsWriter } from '../src/segments/open-writer.ts'
import { openRemoteReader } from './cold/open-remote-reader.ts'
import { expectAgreement } from './engines/agreement.ts'
import type { Engine } from './engines/engine.ts'
import { appendOf, MIDNIGHT, segmentsOf, temporaryFolder } from './segments/store-content.ts'

const query = (text: string) => parse(text).query

/** A closed store with each batch of events in a commit of its own; `merged` into as few segments as can be. */
async function storeOf(dir: string, batches: readonly EventDraft[][], merged = false): Promise<void> {
  const writer = await openSegmentsWriter({ dir, retentionDays: 1e6, maxBytes: 1e12, ballastBytes: 0 })
  for (const [index, events] of batches.entries()) {
    await writer.append(appendOf(0, BigInt(index + 1), events, `b${index}`))
    while (merged && (await writer.maintain()));
  }
  await writer.close()
}

/** Events of many services, a tenth of a second apart, each with a trace id of its own. */
function eventsFrom(first: number, count: number): EventDraft[] {
  return Array.from({ length: count }, (_, index) => {
    const n = first + index
    return {
      id: `e-${n}`,
      timestamp: MIDNIGHT + BigInt(n) * 100_000_000n,
      observed_at: MIDNIGHT + BigInt(n) * 100_000_000n,
      severity_number: (n * 4) % 24,
      service: `service-${n % 7}`,
      hostname: `node-${n % 5}`,
      message: `request ${n} of ${n % 97} took ${n % 1013} ms ${n === 70_000 ? 'marmalade' : 'bread'}`,
      trace_id: ((n * 2_654_435_761) >>> 0).toString(16).padStart(32, 'a'),
      source: 'json',
      attributes: { status: n % 3 === 0 ? 500 : 200, duration: (n % 1013) / 8, user: `user-${n % 1000}` },
    }
  })
}

/** Every way to ask, the page in both orders. */
const QUESTIONS: Readonly<Record<string, (reader: LogReader, text: string) => Promise<unknown>>> = {
  newest: (reader, text) => reader.search({ query: query(text), range: EVER, limit: 20 }),
  oldest: (reader, text) => reader.search({ query: query(text), range: EVER, limit: 20, order: 'oldest' }),
  count: (reader, text) => reader.count({ query: query(text), range: EVER }),
  histogram: (reader, text) =>
    reader.histogram({ query: query(text), range: EVER, interval: 600_000_000_000n, by: 'service' }),
  'histogram in seconds': (reader, text) =>
    reader.histogram({
      query: query(text),
      range: { from: MIDNIGHT + 1_234_567_890n, to: MIDNIGHT + 17_000_000_000n },
      interval: 1_000_000_000n,
    }),
  top: (reader, text) => reader.top({ query: query(text), range: EVER, field: 'hostname', limit: 5 }),
  percentiles: (reader, text) =>
    reader.percentiles({
      query: query(text),
      range: EVER,
      field: 'duration',
      percentiles: [50, 99],
      by: 'service',
    }),
  patterns: (reader, text) =>
    reader.patterns({ query: query(text), range: EVER, limit: 5, interval: 600_000_000_000n, events: 1e9 }),
  fields: (reader) => reader.fields({ range: EVER }),
}
const TEXTS = ['', 'level:error', 'marmalade', 'status:500 took', '*arma*']

describe('segments that are fetched by ranges', () => {
  it('answer every question as they do on this machine, whatever is in the cache', async () => {
    await using folder = await temporaryFolder()
    // Row groups of a segment that was merged by copying, and of one that was written as a whole.
    await storeOf(
      folder.dir,
      [eventsFrom(0, 17_000), eventsFrom(17_000, 17_000), eventsFrom(34_000, 66_000)],
      true,
    )
    expect((await segmentsOf(folder.dir)).some(({ rows }) => rows > 65_536)).toBe(true)
    const local = await openSegmentsReader({ dir: folder.dir })
    for (const text of TEXTS) {
      // An empty one for each text, and for each question where it is too small to keep anything.
      const warm = await openRemoteReader(folder.dir)
      const tiny = await openRemoteReader(folder.dir, { cacheBytes: 3_000_000 })
      for (const [name, ask] of Object.entries(QUESTIONS)) {
        const expected = await ask(local, text)
        expect(await ask(warm.reader, text), `${name} of ${text}`).toEqual(expected)
        expect(await ask(tiny.reader, text), `${name} of ${text}, little room`).toEqual(expected)
      }
      await warm.reader.close()
      await tiny.reader.close()
    }
    await local.close()
  }, 120_000)

  it('answer generated questions over generated events as the memory store does', async () => {
    await expectAgreement('segments in an object store', remote, {
      seed: 8,
      sets: inject('thorough') ? 10 : 1,
      events: 60,
      queries: inject('thorough') ? 200 : 60,
    })
  }, 240_000)
})

/** Segments behind an object store, with a cache that keeps next to nothing. */
const remote: Engine = async (events) => {
  const folder = await temporaryFolder()
  const half = Math.ceil(events.length / 2)
  await storeOf(folder.dir, [events.slice(0, half), events.slice(half)])
  const { reader } = await openRemoteReader(folder.dir, { waiting: 1000, cacheBytes: 400_000 })
  return {
    reader,
    async [Symbol.asyncDispose]() {
      await reader.close()
      await folder[Symbol.asyncDispose]()
    },
  }
}
