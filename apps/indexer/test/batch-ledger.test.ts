import { expect, test } from 'vitest'
import { BatchLedger } from '../src/batches/batch-ledger.ts'

const receipt = (batch_id: string, events = 10) => ({ batch_id, received_at: 5n, events, dead_letters: 0 })

function ledgerWith(batches: readonly (readonly [string, bigint])[], keep?: number): BatchLedger {
  const ledger = new BatchLedger(keep)
  ledger.startOver(0, null)
  read(ledger, batches)
  return ledger
}

function read(ledger: BatchLedger, batches: readonly (readonly [string, bigint])[]): void {
  for (const [batchId, position] of batches) {
    ledger.read(0, { batchId, position, receivedAt: position * 100n, bytes: 7 })
    ledger.decoded(0, position, [receipt(batchId)])
  }
}

test('a batch is queued until it is shown, searchable from then on, and remembered once committed', () => {
  const ledger = ledgerWith([
    ['a', 1n],
    ['b', 2n],
  ])
  expect(ledger.state('a')).toEqual({ state: 'queued', receivedAt: 100n })
  ledger.visible(0, 1n)
  expect(ledger.state('a')).toEqual({ state: 'searchable', receipt: receipt('a') })
  expect(ledger.state('b')).toEqual({ state: 'queued', receivedAt: 200n })
  ledger.committed(0, 2n, [receipt('a'), receipt('b', 0)])
  expect(ledger.state('b')).toEqual({ state: 'searchable', receipt: receipt('b', 0) })
  expect(ledger.state('c')).toBeUndefined()
})

test('how far a partition has got is told for what is searchable and for what is committed', () => {
  const ledger = ledgerWith([
    ['a', 1n],
    ['b', 2n],
    ['c', 3n],
  ])
  ledger.visible(0, 2n)
  expect(ledger.progress(0)).toEqual({
    read: 3n,
    oldestUnseen: 300n,
    oldestUncommitted: 100n,
    unseenBytes: 7,
    uncommittedBytes: 21,
  })
  ledger.committed(0, 1n, [receipt('a')])
  expect(ledger.progress(0)).toMatchObject({ oldestUnseen: 300n, oldestUncommitted: 200n })
  ledger.visible(0, 3n)
  ledger.committed(0, 3n, [])
  expect(ledger.progress(0)).toEqual({
    read: 3n,
    oldestUnseen: undefined,
    oldestUncommitted: undefined,
    unseenBytes: 0,
    uncommittedBytes: 0,
  })
})

test('an event is counted as searchable once: shown, shown again, committed, or read again after a failure', () => {
  const ledger = ledgerWith([
    ['a', 1n],
    ['b', 2n],
  ])
  expect(ledger.visible(0, 1n)).toBe(10)
  expect(ledger.visible(0, 1n)).toBe(0)
  ledger.startOver(0, null)
  read(ledger, [
    ['a', 1n],
    ['b', 2n],
  ])
  expect(ledger.visible(0, 2n)).toBe(10)
  ledger.committed(0, 2n, [receipt('a'), receipt('b')])
  expect(ledger.visible(0, 2n)).toBe(0)
})

test('a batch is pending in its own partition only, and not after its commit or a new start', () => {
  const ledger = ledgerWith([['a', 1n]])
  expect(ledger.isPending(0, 'a')).toBe(true)
  expect(ledger.isPending(1, 'a')).toBe(false)
  ledger.committed(0, 1n, [receipt('a')])
  expect(ledger.isPending(0, 'a')).toBe(false)
  read(ledger, [['b', 2n]])
  ledger.startOver(0, 1n)
  expect(ledger.isPending(0, 'b')).toBe(false)
  expect(ledger.progress(0)).toMatchObject({ read: 1n, uncommittedBytes: 0 })
})

test('only the last committed batches are remembered', () => {
  const ledger = ledgerWith([], 2)
  ledger.committed(
    0,
    3n,
    ['a', 'b', 'c'].map((id) => receipt(id)),
  )
  expect(['a', 'b', 'c'].map((id) => ledger.state(id)?.state)).toEqual([
    undefined,
    'searchable',
    'searchable',
  ])
})

test('what is read again behind a position is no resend of what was read before it', () => {
  const ledger = ledgerWith([
    ['a', 1n],
    ['b', 2n],
    ['c', 3n],
  ])
  ledger.rewind(0, 2n)
  expect(['a', 'b', 'c'].map((id) => ledger.isPending(0, id))).toEqual([true, false, false])
  expect(ledger.progress(0)).toMatchObject({ oldestUncommitted: 100n, uncommittedBytes: 7 })
  ledger.rewind(0, 9n)
  expect(ledger.isPending(0, 'a')).toBe(true)
})
