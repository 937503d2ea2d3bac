import { EventBatchBuilder } from '@heartwood/event'
import { expect, test } from 'vitest'
import { CommitGroup, type CommitPart } from '../src/commits/commit-group.ts'

const LIMITS = { rows: 65_536, bytes: 16e6, cells: 1_000, millis: 300 }

/** A record of `rows` events that all have the same `keys`. */
function part(rows: number, keys: readonly string[]): CommitPart {
  const builder = new EventBatchBuilder()
  const attributes = Object.fromEntries(keys.map((key) => [key, 1]))
  for (let row = 0; row < rows; row++)
    builder.add({ id: `b-${row}`, timestamp: 1n, observed_at: 1n, attributes })
  return {
    position: 1n,
    batch: builder.finish(),
    deadLetters: [],
    receipt: undefined,
    bytes: 1,
    receivedAt: 1n,
  }
}

test('records with keys of their own make several commits, not one that is as wide as all of them', () => {
  const group = new CommitGroup(LIMITS, 0)
  group.add(part(10, ['a', 'b', 'c']))
  expect(group.takes(part(90, ['a', 'b', 'c']))).toBe(true)
  expect(
    group.takes(
      part(
        90,
        Array.from({ length: 8 }, (_, n) => `key-${n}`),
      ),
    ),
  ).toBe(false)
})

test('a record that is too wide alone is a commit of its own', () => {
  const wide = part(
    100,
    Array.from({ length: 20 }, (_, n) => `key-${n}`),
  )
  expect(new CommitGroup(LIMITS, 0).takes(wide)).toBe(true)
})
