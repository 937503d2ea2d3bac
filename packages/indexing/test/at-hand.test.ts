import type { QueueItem } from '@heartwood/queue'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ahead, partsOf } from '../src/at-hand.ts'

const item = (position: number, records: number, bytes: number): QueueItem => ({
  kind: 'record',
  position: BigInt(position),
  header: {
    version: 1,
    door: 'json',
    framing: 'ndjson',
    encoding: 'identity',
    received_at: '0',
    batch_id: `b${position}`,
    client_batch: true,
    defaults: {},
    records,
    refused: [],
    bytes,
  },
  body: new Uint8Array(0),
})

test('what is at hand is cut into parts within the limits, nothing left out, in order', () => {
  const sizes = fc.array(fc.tuple(fc.nat(20), fc.nat(200)))
  fc.assert(
    fc.property(sizes, (records) => {
      const items = records.map(([events, bytes], index) => item(index, events, bytes))
      const parts = [...partsOf(items, { events: 30, bytes: 300 })]
      expect(parts.flat()).toEqual(items)
      for (const part of parts) {
        const headers = part.flatMap((one) => (one.kind === 'record' ? [one.header] : []))
        expect(headers.length).toBeGreaterThan(0)
        if (headers.length === 1) continue
        expect(headers.reduce((sum, one) => sum + one.records, 0)).toBeLessThanOrEqual(30)
        expect(headers.reduce((sum, one) => sum + one.bytes, 0)).toBeLessThanOrEqual(300)
      }
    }),
  )
})

test('the next is asked for while the last is used, and no more than that', async () => {
  const asked: number[] = []
  async function* source() {
    for (let n = 0; n < 3; n++) {
      asked.push(n)
      yield n
    }
  }
  const seen: number[] = []
  for await (const value of ahead(source())) {
    await new Promise((resolve) => setImmediate(resolve))
    seen.push(value)
    expect(asked).toEqual([0, 1, 2].slice(0, value + 2))
  }
  expect(seen).toEqual([0, 1, 2])
})

test('a failure comes behind what came before it', async () => {
  async function* source() {
    yield 1
    throw new Error('the disk is gone')
  }
  const seen: number[] = []
  const reading = (async () => {
    for await (const value of ahead(source())) seen.push(value)
  })()
  await expect(reading).rejects.toThrow('the disk is gone')
  expect(seen).toEqual([1])
})
