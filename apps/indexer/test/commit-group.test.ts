import { EventBatchBuilder } from '@heartwood/event'
import { expect, test } from 'vitest'
import { CommitGroup, type CommitPart } from '../src/commits/commit-group.ts'

const LIMITS = { rows: 1000, bytes: 1_000_000, cells: 2000, millis: 300 }

function part(position: bigint, rows: number, keys: readonly string[]): CommitPart {
  const builder = new EventBatchBuilder()
  const attributes = Object.fromEntries(keys.map((key) => [key, 1]))
  for (let row = 0; row < rows; row++) {
    builder.add({ id: `b${position}-${row}`, timestamp: 0n, observed_at: 0n, attributes })
  }
  return {
    position,
    batch: builder.finish(),
    deadLetters: [],
    receipt: undefined,
    bytes: 100,
    receivedAt: 0n,
  }
}

test('a group with few keys is full by its rows', () => {
  const group = new CommitGroup(LIMITS, 0)
  group.add(part(1n, 999, ['a']))
  expect(group.full).toBe(false)
  group.add(part(2n, 1, ['a']))
  expect(group.full).toBe(true)
})

test('a group whose records bring keys of their own is full before its columns take much memory', () => {
  const group = new CommitGroup(LIMITS, 0)
  group.add(part(1n, 20, ['a', 'b']))
  expect(group.full).toBe(false)
  group.add(
    part(
      2n,
      20,
      Array.from({ length: 60 }, (_, key) => `made-up-${key}`),
    ),
  )
  expect(group.full).toBe(true)
})

test('a record that would make a group with many rows wide has to wait for the next, alone it is taken', () => {
  const wide = part(
    2n,
    90,
    Array.from({ length: 30 }, (_, key) => `made-up-${key}`),
  )
  const group = new CommitGroup(LIMITS, 0)
  expect(group.takes(wide)).toBe(true)
  group.add(part(1n, 500, ['a']))
  expect(group.takes(part(2n, 400, ['a']))).toBe(true)
  expect(group.takes(wide)).toBe(false)
})
