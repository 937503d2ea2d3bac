import { expect, test } from 'vitest'
import { recordHeader } from '../src/contract.ts'
import { partitionOf } from '../src/kafka/placement.ts'

const BEGIN = 1_795_000_000_000_000_000n
const record = (batchId: string, millis: number) => ({
  kind: 'record' as const,
  header: { ...recordHeader(batchId), received_at: String(BEGIN + BigInt(millis) * 1_000_000n) },
  body: new Uint8Array(),
})

test('a record without a key has one partition, whenever and after whatever else it is sent', () => {
  const all = Array.from({ length: 500 }, (_, n) => record(`b${n}`, n * 37))
  const first = all.map((item) => partitionOf(undefined, item, 8))
  const again = all.toReversed().map((item) => partitionOf(undefined, structuredClone(item), 8))
  expect(again.toReversed()).toEqual(first)
})

test('records without a key take all partitions in turn, those of one moment the same', () => {
  const counts = new Map<number, number>()
  for (let millis = 0; millis < 60_000; millis += 10) {
    const partition = partitionOf(undefined, record(`b${millis}`, millis), 8)
    counts.set(partition, (counts.get(partition) ?? 0) + 1)
    expect(partitionOf(undefined, record('c', millis), 8)).toBe(partition)
  }
  expect(counts.size).toBe(8)
  for (const count of counts.values()) expect(count).toBeGreaterThan(6_000 / 8 / 2)
})

test('records of one key share its partition, whenever they were received', () => {
  const partitions = [0, 40, 9_000].map((millis) => partitionOf('sender', record(`b${millis}`, millis), 8))
  expect(new Set(partitions).size).toBe(1)
})
