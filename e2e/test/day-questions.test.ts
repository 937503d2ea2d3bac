import { expect, test } from 'vitest'
import { DayEvents } from '../faults/cluster/days/day-events.ts'
import { judgeList, type ListOfAll, statesOf } from '../faults/cluster/days/questions.ts'

function threeEvents(): DayEvents {
  const events = new DayEvents('http://127.0.0.1:9', () => 0)
  for (const id of ['a', 'b', 'c']) events.acknowledge({ id, time: 0, share: id })
  return events
}

function judged(events: DayEvents, list: Partial<ListOfAll>) {
  return judgeList(events, statesOf(events), { total: 3, ids: ['a', 'b', 'c'], lacks: [], ...list })
}

const CLEAN = { lost: [], doubled: [], foreign: [], others: [] }

test('of what has arrived an answer that lacks an event, has one twice or counts otherwise is found out', () => {
  const events = threeEvents()
  events.settle()
  expect(judged(events, {})).toEqual(CLEAN)
  expect(judged(events, { ids: ['a', 'c'] })).toEqual({ ...CLEAN, lost: ['b'] })
  expect(judged(events, { ids: ['a', 'b', 'b', 'c'] })).toEqual({ ...CLEAN, doubled: ['b'] })
  expect(judged(events, { total: 2 }).others).toEqual(['a total of 2, and there are 3 to 3'])
  expect(judged(events, { ids: ['a', 'b', 'c', 'd'] })).toEqual({ ...CLEAN, foreign: ['d'] })
})

test('an event may come late, but not vanish again when it has been seen', () => {
  const events = threeEvents()
  expect(judged(events, { total: 1, ids: ['a'] })).toEqual(CLEAN)
  expect(judged(events, { total: 1, ids: ['b'] })).toEqual({ ...CLEAN, lost: ['a'] })
})

test('what a delete covers may be there while it is under way, and never after it', () => {
  const events = threeEvents()
  events.settle()
  events.leave('b')
  expect(judged(events, {})).toEqual(CLEAN)
  expect(judged(events, { total: 2, ids: ['a', 'c'] })).toEqual(CLEAN)
  events.settle()
  expect(judged(events, { total: 2 })).toEqual({ ...CLEAN, foreign: ['b'] })
})
