import { type DeadLetter, type LogEvent, type RecordHeader, replayHeader, rowsOf } from '@heartwood/event'
import { STANDARD_STEPS, type Step } from '@heartwood/pipeline'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { flipBit } from './flip-bit.ts'
import {
  type DataFolder,
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

/** A step with a mistake: it throws for what has `poison`. */
const faulty: Step = {
  name: 'faulty',
  run(batch) {
    const poison = [...rowsOf(batch)].find(({ attributes }) => attributes.poison !== undefined)
    if (poison !== undefined) throw new TypeError(`cannot take ${poison.attributes.poison}`)
    return { batch }
  },
}
const FAULTY = [...STANDARD_STEPS, faulty]

/** What ingest does with a letter. */
async function replay(folder: DataFolder, letter: DeadLetter): Promise<void> {
  const { original } = letter
  if (original === undefined) throw new Error(`${letter.id} cannot be replayed: ${letter.not_replayable}`)
  await folder.publisher.publish(
    letter.id,
    replayHeader(letter, original),
    Buffer.from(original.body, 'base64'),
  )
}

/** Everything indexed by a version with the mistake, or without; the end is that of a process. */
async function indexWith(folder: DataFolder, steps: readonly Step[]): Promise<void> {
  await using run = await runIndexer(folder, { steps })
  await indexed(run)
}

test('what a step throws for is a letter each, with its own line; after the fix it is the event it would have been', async () => {
  await using folder = await dataFolder()
  await folder.publish('b1', [
    '{"n":0}',
    '{"poison":1,"service":"shop","msg":"one"}',
    '{"n":2}',
    '{"poison":3}',
  ])
  await indexWith(folder, FAULTY)
  const before = await folder.found()
  expect(ids(before.events)).toEqual(['b1-000000', 'b1-000002'])
  expect(before.deadLetters).toMatchObject([
    { id: 'b1-000003', index: 3, batch_id: 'b1', step: 'faulty', sample: '{"poison":3}', attempts: 1 },
    {
      id: 'b1-000001',
      step: 'faulty',
      reason: 'cannot take 1',
      sample: '{"poison":1,"service":"shop","msg":"one"}',
      service: 'shop',
      records: 1,
    },
  ])
  for (const letter of before.deadLetters) await replay(folder, letter)
  await indexWith(folder, STANDARD_STEPS)
  const { events, deadLetters } = await folder.found()
  expect(deadLetters).toEqual([])
  expect(ids(events)).toEqual(['b1-000000', 'b1-000001', 'b1-000002', 'b1-000003'])
  expect(events[1]).toMatchObject({ message: 'one', service: 'shop', observed_at: RECEIVED })
})

test('what fails again is the same letter with one more attempt, and then can succeed', async () => {
  await using folder = await dataFolder()
  await folder.publish('b1', ['{"poison":1}'])
  for (const attempts of [1, 2, 3]) {
    await indexWith(folder, FAULTY)
    const { deadLetters } = await folder.found()
    expect(deadLetters).toMatchObject([{ id: 'b1-000000', attempts, sample: '{"poison":1}' }])
    for (const letter of deadLetters) await replay(folder, letter)
  }
  await indexWith(folder, STANDARD_STEPS)
  const { events, deadLetters } = await folder.found()
  expect(ids(events)).toEqual(['b1-000000'])
  expect(deadLetters).toEqual([])
})

test.each<[string, Partial<RecordHeader>, string]>([
  ['a line of text', { door: 'text', framing: 'text' }, 'fine\n{"poison":1}\nfine'],
  ['an element of an array', { framing: 'json_array' }, '["fine", {"poison":1} , "fine"]'],
  ['an object behind another', { framing: 'json_array' }, '{"n":1}{"poison":1}\n{"n":2}'],
  [
    'a bulk action with its source',
    { door: 'elasticsearch', framing: 'bulk', index: 'logs' },
    '{"index":{}}\n{"n":1}\n{"create":{"_index":"shop","_id":"x"}}\n{"poison":1}\n{"index":{}}\n{"n":2}\n',
  ],
])('%s is replayed as it came', async (_name, changes, body) => {
  await using folder = await dataFolder()
  const bytes = Buffer.from(body)
  await folder.publisher.publish('k', { ...jsonHeader('b1', 3, bytes.length), ...changes }, bytes)
  await indexWith(folder, FAULTY)
  const [letter, ...more] = (await folder.found()).deadLetters
  expect(more).toEqual([])
  await replay(folder, letter ?? expect.fail('there is no letter'))
  await indexWith(folder, STANDARD_STEPS)
  const { events, deadLetters } = await folder.found()
  expect(deadLetters).toEqual([])
  expect(ids(events)).toEqual(['b1-000000', 'b1-000001', 'b1-000002'])
  expect(events[1]?.attributes).toMatchObject({
    poison: 1,
    ...(changes.door === 'elasticsearch' && { _index: 'shop', _id: 'x' }),
  })
})

const TRACE =
  '2024-06-12 10:11:11 INFO next\n2024-06-12 10:11:12 ERROR cannot pay\njava.io.IOException: card refused\n\tat com.shop.Cart.pay(Cart.java:42)\n2024-06-12 10:11:13 INFO next'
const INTERLEAVED =
  'a-1  | 2024-06-12 10:11:12 ERROR cannot pay\nb-1  | 2024-06-12 10:11:12 INFO next\na-1  | java.io.IOException: card refused\nb-1  | 2024-06-12 10:11:13 INFO next\na-1  | \tat com.shop.Cart.pay(Cart.java:42)'
const DOCKER = TRACE.split('\n')
  .map((log) => JSON.stringify({ log: `${log}\n`, stream: 'stderr' }))
  .join('\n')

describe.each<[string, Partial<RecordHeader>, string]>([
  ['lines of text', { door: 'text', framing: 'text' }, TRACE],
  ['lines of two containers', { door: 'text', framing: 'text' }, INTERLEAVED],
  ["Docker's lines", { framing: 'ndjson' }, DOCKER],
])('%s that are joined', (_name, changes, body) => {
  const bytes = Buffer.from(body)
  const header = { ...jsonHeader('b1', 5, bytes.length), ...changes }
  const saysRefused = (batch: Parameters<typeof rowsOf>[0]) =>
    [...rowsOf(batch)].some(({ message }) => message.includes('card refused'))
  const told = (events: readonly LogEvent[]) =>
    events.map(({ id, message, raw, service, level }) => ({ id, message, raw, service, level }))

  async function whole(): Promise<ReturnType<typeof told>> {
    await using folder = await dataFolder()
    await folder.publisher.publish('k', header, bytes)
    await indexWith(folder, STANDARD_STEPS)
    const events = told((await folder.found()).events)
    expect(events).toHaveLength(3)
    return events
  }

  test('are one letter where a step throws for them, and one event again once it is replayed', async () => {
    await using folder = await dataFolder()
    await folder.publisher.publish('k', header, bytes)
    const mistaken: Step = {
      name: 'mistaken',
      run(batch) {
        if (saysRefused(batch)) throw new TypeError('cannot take it')
        return { batch }
      },
    }
    await indexWith(folder, [...STANDARD_STEPS, mistaken])
    const [letter = expect.fail('there is no letter'), ...more] = (await folder.found()).deadLetters
    expect(more).toEqual([])
    expect(letter.sample).toContain('Cart.java:42')
    await replay(folder, letter)
    await indexWith(folder, STANDARD_STEPS)
    const { events, deadLetters } = await folder.found()
    expect(deadLetters).toEqual([])
    expect(told(events)).toEqual(await whole())
  })

  test('stay whole in the letter of a record that the store refuses as a whole', async () => {
    await using folder = await dataFolder()
    await folder.publisher.publish('k', header, bytes)
    {
      await using run = await runIndexer(folder, {
        writer: (real) =>
          withAppend(real, async (append) => {
            if (saysRefused(append.events)) throw new RangeError('no segment can hold it')
            return real.append(append)
          }),
      })
      await indexed(run)
    }
    const [letter = expect.fail('there is no letter')] = (await folder.found()).deadLetters
    expect(letter).toMatchObject({ step: 'store', records: 3 })
    await replay(folder, letter)
    await indexWith(folder, STANDARD_STEPS)
    const { events, deadLetters } = await folder.found()
    expect(deadLetters).toEqual([])
    expect(told(events)).toEqual(await whole())
  })
})

test('a whole body that cannot be decoded is kept as it was received, and counted once however often it fails', async () => {
  await using folder = await dataFolder()
  const body = Buffer.from('{"n":1}\n{"n":2}')
  await folder.publisher.publish('k', jsonHeader('b1', 3, body.length), body)
  await indexWith(folder, STANDARD_STEPS)
  const [letter = expect.fail('there is no letter')] = (await folder.found()).deadLetters
  expect(Buffer.from(letter.original?.body ?? '', 'base64')).toEqual(body)
  await replay(folder, letter)
  await indexWith(folder, STANDARD_STEPS)
  expect((await folder.found()).deadLetters).toMatchObject([{ id: letter.id, attempts: 2, records: 3 }])
})

test('a letter that is too large to keep says that it cannot be replayed', async () => {
  await using folder = await dataFolder()
  const body = Buffer.alloc(5 * 1024 * 1024, 'x')
  await folder.publisher.publish('k', jsonHeader('b1', 3, body.length), body)
  await indexWith(folder, STANDARD_STEPS)
  const [letter] = (await folder.found()).deadLetters
  expect(letter?.original).toBeUndefined()
  expect(letter?.not_replayable).toContain('5,242,880 bytes')
})

test('a damaged queue record can be replayed where it can still be read; its events say that a bit may be wrong', async () => {
  await using folder = await dataFolder()
  await folder.publish('b1', ['{"msg":"fine"}', '{"msg":"flip-one-bit-in-me"}'])
  await flipBit(folder.queueDir, 'flip-one-bit-in-me')
  await indexWith(folder, STANDARD_STEPS)
  const [letter = expect.fail('there is no letter')] = (await folder.found()).deadLetters
  expect(letter).toMatchObject({ step: 'queue', records: 2 })
  await replay(folder, letter)
  await replay(folder, letter)
  await indexWith(folder, STANDARD_STEPS)
  const { events, deadLetters } = await folder.found()
  expect(deadLetters).toEqual([])
  expect(ids(events)).toEqual([`${letter.id}-000000`, `${letter.id}-000001`])
  expect(events.map(({ flags }) => flags & 16)).toEqual([16, 16])
  expect(events.map(({ observed_at }) => observed_at)).toEqual([RECEIVED, RECEIVED])
})

test('a replay that is damaged on its way is not lost: its letter is still there, and only that can be replayed', async () => {
  await using folder = await dataFolder()
  await folder.publish('b1', ['{"poison":"flip-me-later"}'])
  await indexWith(folder, FAULTY)
  const [letter = expect.fail('there is no letter')] = (await folder.found()).deadLetters
  await folder.reopenPublisher()
  await replay(folder, letter)
  await flipBit(folder.queueDir, '"poison":"flip-me-later"}')
  await indexWith(folder, STANDARD_STEPS)
  const { deadLetters } = await folder.found()
  expect(deadLetters).toHaveLength(2)
  const damaged = deadLetters.find(({ id }) => id !== letter.id)
  expect(damaged?.original).toBeUndefined()
  expect(damaged?.not_replayable).toContain('replay')
  await replay(folder, letter)
  await indexWith(folder, STANDARD_STEPS)
  const found = await folder.found()
  expect(ids(found.events)).toEqual(['b1-000000'])
  expect(ids(found.deadLetters)).toEqual([damaged?.id])
})

test('the events that the store refuses are letters, each alone, and their neighbours are found', async () => {
  await using folder = await dataFolder()
  await folder.publish('b1', ['{"n":1}', '{"poison":1}', '{"n":3}', '{"poison":4}', '{"n":5}'])
  await folder.publish('b2', ['{"n":1}'])
  const refuse = (batch: Parameters<typeof rowsOf>[0]) => {
    for (const { attributes } of rowsOf(batch))
      if (attributes.poison !== undefined) throw new RangeError(`no column can hold ${attributes.poison}`)
  }
  {
    await using run = await runIndexer(folder, {
      writer: (real) => ({
        ...withAppend(real, async (append) => {
          refuse(append.events)
          return real.append(append)
        }),
        check: async (events) => refuse(events),
      }),
    })
    await indexed(run)
    const { events, deadLetters } = await folder.found()
    expect(ids(events)).toEqual(['b1-000000', 'b1-000002', 'b1-000004', 'b2-000000'])
    expect(deadLetters.map(({ id, step, reason, sample }) => [id, step, reason, sample]).sort()).toEqual([
      ['b1-000001', 'store', 'no column can hold 1', '{"poison":1}'],
      ['b1-000003', 'store', 'no column can hold 4', '{"poison":4}'],
    ])
    await using reader = await folder.reader()
    await reader.refresh()
    expect(await reader.batch('b1')).toMatchObject({ events: 3, dead_letters: 2 })
    for (const letter of deadLetters) await replay(folder, letter)
  }
  await indexWith(folder, STANDARD_STEPS)
  const { events, deadLetters } = await folder.found()
  expect(deadLetters).toEqual([])
  expect(events).toHaveLength(6)
})

test('replays are counted, and so is what fails, by door, step and kind of reason', async () => {
  await using folder = await dataFolder()
  await folder.publish('b1', ['{"poison":17}', '{"poison":18}'])
  await using run = await runIndexer(folder, { steps: FAULTY })
  await indexed(run)
  for (const letter of (await folder.found()).deadLetters) await replay(folder, letter)
  await indexed(run)
  const labels = '{door="json",step="faulty",reason="cannot take #"}'
  await until('all are counted', async () => (await metric(run, 'dead_letters_total', labels)) === 4)
  expect(await metric(run, 'replayed_dead_letters_total')).toBe(2)
})

test('however replays are repeated, and wherever the indexer ends, every event is there once or is one letter', async () => {
  const Act = fc.oneof(
    fc.record({
      kind: fc.constant('replay' as const),
      letter: fc.nat(2),
      times: fc.integer({ min: 1, max: 3 }),
    }),
    fc.record({ kind: fc.constant('index' as const), isFixed: fc.boolean() }),
    /** The append is durable, and the process ends before it hears of it. */
    fc.record({ kind: fc.constant('crash' as const), isFixed: fc.boolean(), after: fc.nat(2) }),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(Act, { maxLength: 8 }), async (acts) => {
      await using folder = await dataFolder()
      await folder.publish('b1', ['{"poison":0}', '{"n":1}', '{"poison":2}', '{"poison":3}'])
      await indexWith(folder, FAULTY)
      // A client that does not look again: it has the letters as they were once.
      let known = (await folder.found()).deadLetters
      for (const act of acts) {
        if (act.kind === 'replay') {
          const letter = known[act.letter]
          for (let time = 0; letter !== undefined && time < act.times; time++) await replay(folder, letter)
        } else if (act.kind === 'index') {
          await indexWith(folder, act.isFixed ? STANDARD_STEPS : FAULTY)
          known = (await folder.found()).deadLetters
        } else await crashAfter(folder, act.isFixed ? STANDARD_STEPS : FAULTY, act.after)
      }
      await indexWith(folder, STANDARD_STEPS)
      for (const letter of (await folder.found()).deadLetters) await replay(folder, letter)
      for (const letter of known) await replay(folder, letter)
      await indexWith(folder, STANDARD_STEPS)
      const { events, deadLetters } = await folder.found()
      expect(ids(events)).toEqual(['b1-000000', 'b1-000001', 'b1-000002', 'b1-000003'])
      expect(deadLetters).toEqual([])
    }),
    { numRuns: 4 },
  )
}, 120_000)

/** Indexes until so many appends are durable; then nothing gets through any more, and it ends. */
async function crashAfter(folder: DataFolder, steps: readonly Step[], appends: number): Promise<void> {
  let durable = 0
  let attempts = 0
  await using run = await runIndexer(folder, {
    steps,
    writer: (real) =>
      withAppend(real, async (append) => {
        attempts++
        if (durable >= appends) throw Object.assign(new Error('EIO: i/o error, write'), { code: 'EIO' })
        const outcome = await real.append(append)
        durable++
        throw Object.assign(new Error(`EIO: ${outcome.applied}`), { code: 'EIO' })
      }),
  })
  const ends = await Promise.all([0, 1].map((partition) => run.consumer.end(partition)))
  const isAhead = ends.some((end, partition) => end !== null && (run.writer.position(partition) ?? 0n) < end)
  if (isAhead) await until('it has tried', () => attempts > 0)
}
