import { expect, test } from 'vitest'
import { outOfOrder } from '../faults/cluster/sender-order.ts'
import type { Sent } from '../faults/load.ts'

const sent = (sender: number, turn: number, outcome: Sent['outcome'] = 'acknowledged'): Sent => ({
  round: 1,
  serials: [turn],
  key: `s${sender}:${turn}`,
  outcome,
  sender,
  ...(outcome === 'acknowledged' && { batchId: `s${sender}:${turn}` }),
})
const three = [sent(0, 0), sent(0, 1), sent(0, 2)]

test('batches that lie as they were sent are in order, whatever lies between them and however often one lies there again', () => {
  expect(outOfOrder([['s0:0', 'other', 's0:1', 's0:0', 's0:2', 's0:1']], three)).toEqual([])
  expect(outOfOrder([['s0:0', 's0:1'], ['s1:0']], [sent(0, 0), sent(1, 0), sent(0, 1)])).toEqual([])
})

test('a batch before the one sent before it, in another partition, or nowhere is told', () => {
  expect(outOfOrder([['s0:1', 's0:0', 's0:2']], three)).toHaveLength(1)
  expect(outOfOrder([['s0:0', 's0:2'], ['s0:1']], three)).toHaveLength(2)
  expect(outOfOrder([['s0:0', 's0:2']], three)).toEqual(['s0:1 is not in the topic'])
})

test('a batch that was never acknowledged may be missing', () => {
  expect(outOfOrder([['s0:0', 's0:2']], [sent(0, 0), sent(0, 1, 'unknown'), sent(0, 2)])).toEqual([])
})
