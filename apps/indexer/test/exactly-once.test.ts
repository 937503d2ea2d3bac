import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { eventId, reasonKind } from '@heartwood/event'
import { LogStoreError } from '@heartwood/log-store'
import { QueueError } from '@heartwood/queue'
import { expect, test } from 'vitest'
import { flipBit } from './flip-bit.ts'
import {
  dataFolder,
  indexed,
  jsonHeader,
  metric,
  RECEIVED,
  runIndexer,
  until,
  withAppend,
} from './running-indexer.ts'

const ids = (events: readonly { id: string }[]) => events.map(({ id }) => id)

test('what is published is found, with its level, time and service', async () => {
  await using folder = await dataFolder()
  await using run = await runIndexer(folder)
  await folder.publish('b1', [
    '{"level":"error","service":"shop","msg":"no stock","time":"2024-06-15T11:59:59.5Z"}',
  ])
  await indexed(run)
  const { events } = await folder.found()
  expect(events).toMatchObject([
    {
      id: 'b1-000000',
      level: 'error',
      service: 'shop',
      message: 'no stock',
      timestamp: RECEIVED - 500_000_000n,
    },
  ])
})

test('a batch delivered twice is found once, within one commit and in different ones', async () => {
  await using folder = await dataFolder()
  await folder.publish('b1', ['{"n":1}', '{"n":2}'])
  await folder.publish('b1', ['{"n":1}', '{"n":2}'])
  await using run = await runIndexer(folder)
  await indexed(run)
  await folder.publish('b1', ['{"n":1}', '{"n":2}'])
  await folder.publish('b2', ['{"n":3}'])
  await indexed(run)
  expect(ids((await folder.found()).events)).toEqual(['b1-000000', 'b1-000001', 'b2-000000'])
  await until('both resends are counted', async () => (await metric(run, 'absorbed_batches_total')) === 2)
})

test('a resend after a restart is absorbed', async () => {
  await using folder = await dataFolder()
  await folder.publish('b1', ['{"n":1}'])
  {
    await using run = await runIndexer(folder)
    await indexed(run)
  }
  await folder.publish('b1', ['{"n":1}'])
  await using run = await runIndexer(folder)
  await indexed(run)
  expect(ids((await folder.found()).events)).toEqual(['b1-000000'])
})

test('an end between append and release loses nothing and doubles nothing', async () => {
  await using folder = await dataFolder()
  const published: string[] = []
  for (let round = 0; round < 5; round++) {
    for (const key of ['a', 'b', 'c']) {
      await folder.publish(`r${round}-${key}`, ['{"n":1}', '{"n":2}'], key)
      published.push(eventId(`r${round}-${key}`, 0), eventId(`r${round}-${key}`, 1))
    }
    const end = Promise.withResolvers<void>()
    let appended = 0
    await using run = await runIndexer(folder, {
      writer: (real) =>
        withAppend(real, async (append) => {
          appended++
          return real.append(append)
        }),
      // The append is durable, the release does not come back before the end.
      consumer: (real) => ({
        partitions: real.partitions,
        consume: (partition, after, signal) => real.consume(partition, after, signal),
        release: (partition, position) => (appended === 0 ? real.release(partition, position) : end.promise),
        end: (partition) => real.end(partition),
        close: () => real.close(),
      }),
    })
    await until('something is committed', () => run.writer.stats().events > round)
    const stopped = run.indexer.stop()
    end.resolve()
    await stopped
  }
  await using run = await runIndexer(folder)
  await indexed(run)
  expect(ids((await folder.found()).events)).toEqual(published.sort())
})

test('a damaged queue record harms only itself and becomes a dead letter', async () => {
  await using folder = await dataFolder()
  const marker = 'flip-one-bit-in-me'
  await folder.publish('b1', ['{"n":1}'])
  await folder.publish('b2', [`{"n":"${marker}"}`])
  await folder.publish('b3', ['{"n":3}'])
  await flipBit(folder.queueDir, marker)
  await using run = await runIndexer(folder)
  await indexed(run)
  const { events, deadLetters } = await folder.found()
  expect(ids(events)).toEqual(['b1-000000', 'b3-000000'])
  expect(deadLetters).toMatchObject([{ step: 'queue', door: 'json', records: 1 }])
  expect(deadLetters[0]?.id).toMatch(/^queue-\d+-\d+$/)
  expect(deadLetters[0]?.sample).toContain('"n"')
})

test('a body that is not what was counted becomes one dead letter, its neighbours are found', async () => {
  await using folder = await dataFolder()
  await folder.publish('b1', ['{"n":1}'])
  await folder.publisher.publish('sender', jsonHeader('b2', 3, 8), Buffer.from('{"n":2}'))
  await folder.publish('b3', ['{"n":3}'])
  await using run = await runIndexer(folder)
  await indexed(run)
  const { events, deadLetters } = await folder.found()
  expect(ids(events)).toEqual(['b1-000000', 'b3-000000'])
  expect(deadLetters).toMatchObject([{ id: 'b2-000000', step: 'decode', records: 3 }])
  await using reader = await folder.reader()
  expect(await reader.batch('b2')).toMatchObject({ events: 0, dead_letters: 3 })
})

test('a step that throws for one event puts that event aside and no other', async () => {
  await using folder = await dataFolder()
  const lines = Array.from({ length: 100 }, (_, n) =>
    JSON.stringify({ n, msg: n === 37 ? 'poison' : 'fine' }),
  )
  await folder.publish('b1', lines)
  await using run = await runIndexer(folder, {
    steps: [
      {
        name: 'picky',
        run(batch) {
          const values = batch.attributes.get('msg')?.string
          if (values?.codes.some((code) => values.values.at(code) === 'poison'))
            throw new Error('cannot take it')
          return { batch }
        },
      },
    ],
  })
  await indexed(run)
  const { events, deadLetters } = await folder.found()
  expect(events).toHaveLength(99)
  expect(ids(events)).not.toContain('b1-000037')
  expect(deadLetters).toMatchObject([
    { id: 'b1-000037', step: 'picky', reason: 'cannot take it', records: 1 },
  ])
  expect(deadLetters[0]?.sample).toContain('poison')
})

test('rows that a step drops are counted under its name', async () => {
  await using folder = await dataFolder()
  await folder.publish('b1', ['{"n":1}', '{"n":2}'])
  await using run = await runIndexer(folder, {
    steps: [{ name: 'sampler', run: (batch) => ({ batch: { ...batch, length: 0 }, dropped: batch.length }) }],
  })
  await indexed(run)
  expect((await folder.found()).events).toEqual([])
  await until('they are counted', async () => (await metric(run, 'dropped_total', '{step="sampler"}')) === 2)
})

test('how many JSON records followed no known shape is a metric', async () => {
  await using folder = await dataFolder()
  await folder.publish('b1', ['{"n":1}', '{"n":2}', '{"m":1}', '{"n":3}'])
  await using run = await runIndexer(folder)
  await indexed(run)
  const read = (how: string) => metric(run, 'json_records_total', `{read="${how}"}`)
  await until('all are counted', async () => (await read('shaped')) + (await read('plain')) === 4)
  expect(await read('shaped')).toBe(2)
})

test('a full disk is waited for: /readyz says why, and everything is found once there is room', async () => {
  await using folder = await dataFolder()
  let full = true
  let refused = 0
  await using run = await runIndexer(folder, {
    writer: (real) =>
      withAppend(real, async (append) => {
        if (!full) return real.append(append)
        refused++
        throw new LogStoreError('disk_full', 'the disk of the log store is full')
      }),
  })
  await folder.publish('b1', ['{"n":1}'])
  await until('it has tried more than once', () => refused > 2)
  expect([...run.notReady.values()].join()).toContain('the disk of the log store is full')
  await folder.publish('b2', ['{"n":2}'])
  full = false
  await indexed(run)
  expect(ids((await folder.found()).events)).toEqual(['b1-000000', 'b2-000000'])
  expect(run.notReady.size).toBe(0)
})

test('a record that the store cannot take is a dead letter; the others of its commit are found', async () => {
  await using folder = await dataFolder()
  for (const batch of ['b1', 'b2', 'b3', 'b4']) await folder.publish(batch, [`{"from":"${batch}"}`])
  await using run = await runIndexer(folder, {
    writer: (real) =>
      withAppend(real, async (append) => {
        if (append.batches.some(({ batch_id, events }) => batch_id === 'b3' && events > 0)) {
          throw new RangeError('no column can hold this')
        }
        return real.append(append)
      }),
  })
  await indexed(run)
  const { events, deadLetters } = await folder.found()
  expect(ids(events)).toEqual(['b1-000000', 'b2-000000', 'b4-000000'])
  expect(deadLetters).toMatchObject([
    { id: 'b3-000000', step: 'store', reason: 'no column can hold this', records: 1 },
  ])
})

test('an error of the file system is not the fault of the data: it is tried again, nothing is put aside', async () => {
  await using folder = await dataFolder()
  let failures = 3
  await using run = await runIndexer(folder, {
    writer: (real) =>
      withAppend(real, async (append) => {
        if (failures-- > 0) throw Object.assign(new Error('EIO: i/o error, write'), { code: 'EIO' })
        return real.append(append)
      }),
  })
  await folder.publish('b1', ['{"n":1}'])
  await indexed(run)
  const { events, deadLetters } = await folder.found()
  expect(ids(events)).toEqual(['b1-000000'])
  expect(deadLetters).toEqual([])
})

test('a queue that fails is asked again from the committed position, and /readyz says so only meanwhile', async () => {
  await using folder = await dataFolder()
  let failures = 4
  const reasons: string[] = []
  const notReady = new Map<string, string>()
  await using run = await runIndexer(folder, {
    notReady,
    consumer: (real) => ({
      partitions: real.partitions,
      consume(partition, after, signal) {
        reasons.push(...notReady.values())
        if (failures-- > 0) throw new QueueError('io', 'the queue cannot be read')
        return real.consume(partition, after, signal)
      },
      release: (partition, position) => real.release(partition, position),
      end: (partition) => real.end(partition),
      close: () => real.close(),
    }),
  })
  await until('it is ready again', () => failures < 0 && run.notReady.size === 0)
  expect(reasons).toContain('the queue cannot be read')
  await folder.publish('b1', ['{"n":1}'])
  await indexed(run)
  expect(ids((await folder.found()).events)).toEqual(['b1-000000'])
})

test('a record of a newer version is waited at, which /readyz says; what lies before it and in other partitions is found', async () => {
  await using folder = await dataFolder()
  await using run = await runIndexer(folder)
  const body = Buffer.from('{"n":1}')
  // As one whose header has what this version does not know.
  const newer = Object.assign(jsonHeader('newer', 1, body.length), { version: 3, door: 'of tomorrow' })
  await folder.publish('before', ['{"n":1}'], 'a')
  const { partition } = await folder.publisher.publish('a', newer, body)
  await folder.publish('behind', ['{"n":1}'], 'a')
  const place = `partition ${partition}`
  await until('it is said', () => run.notReady.get(place)?.includes('newer version of Heartwood') === true)
  let beside = ''
  for (let sender = 0; beside === ''; sender++) {
    const header = jsonHeader(`beside-${sender}`, 1, body.length)
    const placed = await folder.publisher.publish(`sender-${sender}`, header, body)
    if (placed.partition !== partition) beside = header.batch_id
  }
  await until('others are found', async () => (await folder.found()).events.length === 2)
  const found = await folder.found()
  expect(ids(found.events)).toEqual(['before-000000', `${beside}-000000`].sort())
  expect(found.deadLetters).toEqual([])
})

test('a second indexer takes over: the first ends with superseded, and nothing is lost or doubled', async () => {
  await using folder = await dataFolder()
  await using first = await runIndexer(folder)
  await folder.publish('b1', ['{"n":1}'])
  await indexed(first)
  await using second = await runIndexer(folder)
  await folder.publish('b2', ['{"n":2}'])
  await indexed(second)
  await expect(first.indexer.done).rejects.toMatchObject({ code: 'superseded' })
  expect(ids((await folder.found()).events)).toEqual(['b1-000000', 'b2-000000'])
})

test('what the queue no longer has is said in a dead letter, and indexing goes on behind it', async () => {
  await using folder = await dataFolder()
  await folder.publish('b1', ['{"n":1}'])
  {
    await using run = await runIndexer(folder)
    await indexed(run)
  }
  await folder.reopenPublisher()
  await folder.publish('b2', ['{"n":2}'])
  await folder.reopenPublisher()
  await folder.publish('b3', ['{"n":3}'])
  for (const partition of ['0', '1']) {
    const files = (await readdir(join(folder.queueDir, partition))).sort()
    for (const name of files.slice(0, -1)) await rm(join(folder.queueDir, partition, name))
  }
  await using run = await runIndexer(folder)
  await indexed(run)
  const { events, deadLetters } = await folder.found()
  expect(ids(events)).toEqual(['b1-000000', 'b3-000000'])
  expect(deadLetters).toMatchObject([{ step: 'queue', records: 1 }])
  expect(deadLetters[0]?.reason).toContain('no longer keeps')
})

test('a queue file that is missing between others is one dead letter with its name, and the rest is found', async () => {
  await using folder = await dataFolder()
  for (const batch of ['b1', 'b2', 'b3']) {
    await folder.publish(batch, ['{"n":1}'])
    await folder.reopenPublisher()
  }
  const partition = await partitionWithRecords(folder.queueDir)
  const [, missing = ''] = (await readdir(partition)).sort()
  await rm(join(partition, missing))
  await using run = await runIndexer(folder)
  await indexed(run)
  await folder.publish('b4', ['{"n":1}'])
  await indexed(run)
  const { events, deadLetters } = await folder.found()
  expect(ids(events)).toEqual(['b1-000000', 'b3-000000', 'b4-000000'])
  expect(deadLetters).toMatchObject([
    { step: 'queue', door: 'unknown', records: 1, reason: `the queue file ${missing} is missing` },
  ])
  const labels = `{door="unknown",step="queue",reason="${reasonKind(deadLetters[0]?.reason ?? '')}"}`
  await until('it is counted', async () => (await metric(run, 'dead_letters_total', labels)) === 1)
})

/** The folder of the partition that holds more than the files it began with. */
async function partitionWithRecords(queueDir: string): Promise<string> {
  for (const partition of ['0', '1']) {
    const folder = join(queueDir, partition)
    const sizes = await Promise.all(
      (await readdir(folder)).map(async (name) => (await stat(join(folder, name))).size),
    )
    if (Math.max(...sizes) > Math.min(...sizes)) return folder
  }
  throw new Error('no partition has records')
}
