import { EventBatchBuilder } from '@heartwood/event'
import { Lock, type LogWriter, memoryLogStore } from '@heartwood/log-store'
import { ALL } from '@heartwood/query-lang'
import { MemoryQueue, QueueError } from '@heartwood/queue'
import { expect, test } from 'vitest'
import { BatchLedger } from '../src/batches/batch-ledger.ts'
import { GROUP_LIMITS, type GroupLimits, type MemoryLimits } from '../src/groups/group-limits.ts'
import { GroupSchedule } from '../src/groups/group-schedule.ts'
import { PartitionGroups } from '../src/groups/partition-groups.ts'
import { type ReadBatch, recordWithout } from '../src/groups/read-batch.ts'
import { runPartition } from '../src/partitions/partition-run.ts'
import { WorkerTally } from '../src/workers/worker-tally.ts'
import { EVERYTHING, jsonHeader, RECEIVED, until } from './running-indexer.ts'

/** Groups over a memory store and a clock that only the test moves; an append that is `held` does not come back. */
function gathering(limits: Partial<GroupLimits> = {}, memory: MemoryLimits = { rows: 1e9, bytes: 1e9 }) {
  const store = memoryLogStore({ now: () => RECEIVED })
  const writer = store.openWriter()
  const reader = store.openReader()
  const time = { now: 0, busy: 0, waited: 0 }
  const calls: string[] = []
  let failure: Error | undefined
  let onShow = () => {}
  let held: PromiseWithResolvers<void> | undefined
  const appender: Pick<LogWriter, 'append' | 'show' | 'check'> = {
    check: (events) => writer.check(events),
    async append(append) {
      calls.push(`append ${append.partition} ${append.from} ${append.to}`)
      const outcome = await writer.append(append)
      await held?.promise
      return outcome
    },
    async show(show) {
      calls.push(`show ${show.partition} ${show.from} ${show.to}`)
      onShow()
      if (failure !== undefined) throw failure
      return writer.show(show)
    },
  }
  const stop = new AbortController()
  const clock = () => time.now
  const schedule = new GroupSchedule({
    memory,
    clock,
    busyMillis: () => time.busy,
    waitedMillis: () => time.waited,
  })
  const ledger = new BatchLedger()
  const turns = new Lock()
  const parts = {
    appender,
    consumer: new MemoryQueue().consumer(),
    ledger,
    tally: new WorkerTally(),
    log: (_level: string, message: string) => void calls.push(message),
    limits: { ...GROUP_LIMITS, ...limits },
    retryMillis: { first: 1, most: 1 },
    now: () => RECEIVED,
    waiting: () => undefined,
    clock,
    turns,
  }
  return {
    parts,
    writer,
    calls,
    time,
    schedule,
    stop,
    hold() {
      held = Promise.withResolvers()
      return held
    },
    onShow(listener: () => void) {
      onShow = listener
    },
    failShows(error: Error) {
      failure = error
    },
    partition(partition: number): PartitionGroups {
      ledger.startOver(partition, null)
      const groups = new PartitionGroups(parts, partition, null, stop.signal, schedule.changed)
      schedule.add(groups)
      return groups
    },
    async messages(): Promise<string[]> {
      const { events } = await reader.search({ query: ALL, range: EVERYTHING, limit: 1000 })
      return events.map(({ message }) => message).sort()
    },
    async found(): Promise<number> {
      return (await reader.search({ query: ALL, range: EVERYTHING, limit: 1000 })).events.length
    },
  }
}

function batch(position: bigint, rows = 1, bytes = 100): ReadBatch {
  const builder = new EventBatchBuilder()
  for (let row = 0; row < rows; row++) {
    builder.add({ id: `p${position}-${row}`, timestamp: RECEIVED, observed_at: RECEIVED })
  }
  return { records: [{ ...recordWithout(position), events: rows, bytes }], events: builder.finish() }
}

test('while one group is committed the next gathers and is shown; a third waits', async () => {
  const run = gathering({ rows: 2 })
  const groups = run.partition(0)
  const held = run.hold()
  await groups.add(batch(1n, 2))
  await groups.add(batch(2n, 1))
  await groups.show()
  expect(run.calls).toEqual(['append 0 null 1', 'show 0 1 2'])
  let isThird = false
  const waiting = groups.add(batch(3n, 1)).then(() => {
    isThird = true
  })
  await new Promise((resolve) => setImmediate(resolve))
  expect(isThird).toBe(false)
  held.resolve()
  await waiting
  await groups.seal()
  expect(run.calls.slice(2)).toEqual(['append 0 1 3'])
  expect(await run.found()).toBe(4)
})

test('every row is found once after each show and each commit', async () => {
  const run = gathering()
  const groups = run.partition(0)
  for (let position = 1n; position <= 20n; position++) {
    await groups.add(batch(position, 3))
    await groups.show()
    expect(await run.found()).toBe(Number(position) * 3)
    if (position % 7n === 0n) await groups.seal()
    expect(await run.found()).toBe(Number(position) * 3)
  }
})

test('a commit that another indexer forbids ends the partition, and nothing more is written', async () => {
  const store = memoryLogStore()
  const writer = store.openWriter()
  store.openWriter()
  const run = gathering()
  const ledger = new BatchLedger()
  ledger.startOver(0, null)
  const groups = new PartitionGroups(
    {
      appender: writer,
      consumer: new MemoryQueue().consumer(),
      ledger,
      tally: new WorkerTally(),
      log: () => undefined,
      limits: GROUP_LIMITS,
      retryMillis: { first: 1, most: 1 },
      now: () => RECEIVED,
      waiting: () => undefined,
      clock: () => 0,
      turns: new Lock(),
    },
    0,
    null,
    run.stop.signal,
    () => undefined,
  )
  await groups.add(batch(1n))
  await expect(groups.seal()).rejects.toMatchObject({ code: 'superseded' })
  expect(groups.failed.reason).toMatchObject({ code: 'superseded' })
  await groups.add(batch(2n))
  await expect(groups.beginSeal()).rejects.toMatchObject({ code: 'superseded' })
})

test('what is due is shown in the order it came, not more often than a tenth of the time, and committed in time', async () => {
  const run = gathering({ millis: 1_000, showMillis: 100 })
  const [first, second] = [run.partition(0), run.partition(1)]
  const running = run.schedule.run(run.stop.signal)
  await second.add(batch(1n))
  run.time.now = 10
  await first.add(batch(1n))
  run.time.now = 110
  run.schedule.changed()
  await until('both are shown', () => run.calls.length === 2)
  expect(run.calls).toEqual(['show 1 null 1', 'show 0 null 1'])
  run.time.now = 1_000
  run.schedule.changed()
  await until('the older is committed', () => run.calls.length === 3)
  run.time.now = 1_010
  run.schedule.changed()
  await until('both are committed', () => run.calls.length === 4)
  expect(run.calls.slice(2)).toEqual(['append 1 null 1', 'append 0 null 1'])
  run.stop.abort()
  await running
})

/** A show that takes all that a thread could make up for, and 20 ms. */
const SAVED_AND_20 = 170

test('where others have the processor, shows come as much less often: a tenth of what the thread gets', async () => {
  const run = gathering({ showMillis: 100 })
  const groups = run.partition(0)
  const running = run.schedule.run(run.stop.signal)
  run.onShow(() => {
    run.time.busy += SAVED_AND_20
  })
  const showsAt = async (now: number, waited: number, busy: number) => {
    Object.assign(run.time, { now, waited, busy })
    run.schedule.changed()
    // A show is measured until the turn after it began.
    for (let turn = 0; turn < 2; turn++) await new Promise((resolve) => setImmediate(resolve))
    return run.calls.length
  }
  await groups.add(batch(1n))
  expect(await showsAt(100, 0, 100)).toBe(1)
  await groups.add(batch(2n))
  // The show took 20 ms more than what is saved. Of the 300 ms since then the thread had 150, then 200.
  expect(await showsAt(400, 150, 250)).toBe(1)
  expect(await showsAt(450, 150, 300)).toBe(2)
  run.stop.abort()
  await running
})

test('a thread that has nothing to do may show more: up to four tenths of the time', async () => {
  const run = gathering({ showMillis: 10 })
  const groups = run.partition(0)
  const running = run.schedule.run(run.stop.signal)
  run.onShow(() => {
    run.time.busy += SAVED_AND_20
    run.time.now += SAVED_AND_20
  })
  const showsAt = async (now: number) => {
    run.time.now = now
    run.schedule.changed()
    for (let turn = 0; turn < 2; turn++) await new Promise((resolve) => setImmediate(resolve))
    return run.calls.length
  }
  await groups.add(batch(1n))
  expect(await showsAt(100)).toBe(1)
  await groups.add(batch(2n))
  expect(await showsAt(275)).toBe(1)
  expect(await showsAt(280)).toBe(2)
  run.stop.abort()
  await running
})

test('commits of a thread take turns, and what follows a group is shown once its turn has come', async () => {
  const run = gathering()
  const [first, second] = [run.partition(0), run.partition(1)]
  const held = run.hold()
  await first.add(batch(1n))
  await second.add(batch(1n))
  await first.beginSeal()
  await second.beginSeal()
  await first.add(batch(2n))
  await second.add(batch(2n))
  await until('the first is being committed', () => run.calls.length > 0)
  expect(run.calls).toEqual(['append 0 null 1'])
  expect(first.showAt).toBeDefined()
  expect(second.showAt).toBeUndefined()
  held.resolve()
  await until('the second is committed', () => second.sealing === undefined)
  expect(run.calls).toEqual(['append 0 null 1', 'append 1 null 1'])
  expect(second.showAt).toBeDefined()
})

test('what came last is shown before its group is committed, and what follows is shown although another commit has the turn', async () => {
  const run = gathering()
  const [first, second] = [run.partition(0), run.partition(1)]
  const held = run.hold()
  await first.add(batch(1n))
  await first.beginSeal()
  await until('the first is being committed', () => run.calls.length > 0)
  await second.add(batch(1n))
  await second.show()
  await second.add(batch(2n))
  await second.beginSeal()
  await second.add(batch(3n))
  await until('all that is sealed is shown', () => second.showAt !== undefined)
  expect(run.calls).toEqual(['append 0 null 1', 'show 1 null 1', 'show 1 1 2'])
  await second.show()
  expect(await run.found()).toBe(4)
  held.resolve()
  await second.seal()
  expect(run.calls.slice(3)).toEqual(['show 1 2 3', 'append 1 null 2', 'append 1 2 3'])
  expect(await run.found()).toBe(4)
})

test('many rows that are not shown are left to the commit', async () => {
  const run = gathering({ rows: 160 })
  const groups = run.partition(0)
  await groups.add(batch(1n))
  await groups.show()
  await groups.add(batch(2n, 11))
  await groups.seal()
  expect(run.calls).toEqual(['show 0 null 1', 'append 0 null 2'])
})

test('where the queue fails, what was read before is committed, and then the partition begins again behind it', async () => {
  const run = gathering()
  const held = run.hold()
  const failed = Promise.withResolvers<void>()
  const body = Buffer.from('{"n":1}')
  const consumer = {
    async *consume() {
      yield [{ kind: 'record' as const, position: 1n, header: jsonHeader('b1', 1, body.length), body }]
      failed.resolve()
      throw new QueueError('io', 'the queue cannot be read')
    },
    release: async () => undefined,
  }
  run.parts.ledger.startOver(0, null)
  const appender = {
    ...run.parts.appender,
    seenBatches: (partition: number, ids: readonly string[]) => run.writer.seenBatches(partition, ids),
  }
  const tails = { publish: () => undefined }
  const parts = { ...run.parts, appender, consumer, tails, steps: [], schedule: run.schedule }
  let position: bigint | null = null
  const ended = runPartition(parts, 0, null, undefined, run.stop.signal).catch((error: unknown) => {
    position = run.writer.position(0)
    throw error
  })
  const expected = expect(ended).rejects.toThrow('the queue cannot be read')
  await failed.promise
  await new Promise((resolve) => setImmediate(resolve))
  held.resolve()
  await expected
  expect(position).toBe(1n)
})

test('before the memory of a thread is full the largest group is committed, and reading goes on meanwhile', async () => {
  const run = gathering({}, { rows: 90, bytes: 1e9 })
  const [small, large] = [run.partition(0), run.partition(1)]
  await small.add(batch(1n, 25))
  await large.add(batch(1n, 35))
  await run.schedule.room(run.stop.signal)
  expect(run.calls).toEqual([])
  const held = run.hold()
  await small.add(batch(2n, 5))
  await run.schedule.room(run.stop.signal)
  await until('a commit has begun', () => run.calls.length > 0)
  await small.add(batch(3n, 20))
  await run.schedule.room(run.stop.signal)
  expect(large.sealing).toBeDefined()
  held.resolve()
  await until('it is committed', () => large.sealing === undefined)
  expect(run.calls).toEqual(['append 1 null 1'])
  expect(small.open?.rows).toBe(50)
})

test('over the memory of a thread reading waits for the commit of the largest group', async () => {
  const run = gathering({}, { rows: 100, bytes: 1e9 })
  const [small, large] = [run.partition(0), run.partition(1)]
  await small.add(batch(1n, 51))
  await large.add(batch(1n, 50))
  const held = run.hold()
  await large.add(batch(2n, 5))
  let hasRoom = false
  const room = run.schedule.room(run.stop.signal).then(() => {
    hasRoom = true
  })
  await until('a commit has begun', () => run.calls.length > 0)
  expect(run.calls).toEqual(['append 1 null 2'])
  expect(hasRoom).toBe(false)
  held.resolve()
  await room
  expect(run.calls).toEqual(['append 1 null 2'])
})

test('a group alone is held within the memory by its bytes too', async () => {
  const run = gathering({}, { rows: 1e9, bytes: 1_000 })
  const groups = run.partition(0)
  await groups.add(batch(1n, 1, 2_000))
  await run.schedule.room(run.stop.signal)
  expect(run.calls).toEqual(['append 0 null 1'])
})

test('when a delete asks for it, the group of its partition is committed at once', async () => {
  const run = gathering()
  const [asked, other] = [run.partition(0), run.partition(1)]
  await asked.add(batch(1n))
  await other.add(batch(1n))
  run.schedule.flush(0)
  run.schedule.flush(5)
  await until('it is committed', async () => asked.open === undefined && asked.sealing === undefined)
  expect(run.calls).toEqual(['append 0 null 1'])
})

test('a show that fails leaves the rows to the commit, and is not tried again before it', async () => {
  const run = gathering()
  const groups = run.partition(0)
  run.failShows(new Error('no column can hold this'))
  await groups.add(batch(1n))
  await groups.show()
  expect(run.calls).toEqual([
    'show 0 null 1',
    'partition 0 is searchable only after its commit: no column can hold this',
  ])
  expect(groups.open?.showAt).toBeUndefined()
  await groups.seal()
  expect(await run.found()).toBe(1)
})

test('what a group was decoded into is given back once it is committed, and all of it is found, shown and stored', async () => {
  const run = gathering({ rows: 4 })
  const groups = run.partition(0)
  const long = (position: bigint): ReadBatch => {
    const builder = new EventBatchBuilder()
    for (const row of [0, 1])
      builder.add({
        id: `p${position}-${row}`,
        timestamp: RECEIVED,
        observed_at: RECEIVED,
        message: `${position} ${row} ${'x'.repeat(100_000)}`,
      })
    return { records: [{ ...recordWithout(position), events: 2, bytes: 200_000 }], events: builder.finish() }
  }
  const held = ({ events }: ReadBatch) => events.text.get('message')?.values.utf8().bytes.length ?? 0
  const batches = [long(1n), long(2n), long(3n)]
  for (const one of batches.slice(0, 1)) await groups.add(one)
  await groups.show()
  for (const one of batches.slice(1)) await groups.add(one)
  await groups.sealing?.sealed
  expect(batches.map(held)).toEqual([0, 0, expect.any(Number)])
  expect(held(batches[2] ?? long(3n))).toBeGreaterThan(200_000)
  await groups.show()
  await groups.seal()
  expect(batches.map(held)).toEqual([0, 0, 0])
  expect(await run.messages()).toEqual(
    [1, 2, 3].flatMap((position) => [0, 1].map((row) => `${position} ${row} ${'x'.repeat(100_000)}`)),
  )
})
