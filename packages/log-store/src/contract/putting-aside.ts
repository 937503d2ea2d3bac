import { type DeadLetter, type DeadLetterFilter, isoFromNanos } from '@heartwood/event'
import { expect, test } from 'vitest'
import {
  append,
  batchOf,
  deadLetter,
  draft,
  idsOf,
  type OpenStore,
  openStore,
  RECENT,
  receipt,
  type StoreUnderTest,
} from './store-under-test.ts'

const SECOND = 1_000_000_000n
const ORIGINAL: DeadLetter['original'] = {
  header: {
    version: 2,
    door: 'json',
    framing: 'ndjson',
    encoding: 'identity',
    received_at: String(RECENT),
    batch_id: 'a',
    client_batch: false,
    defaults: { service: 'shop' },
    records: 1,
    refused: [],
    bytes: 5,
    first_index: 7,
  },
  body: Buffer.from('{oops').toString('base64'),
}

export function puttingAside(open: OpenStore): void {
  test('a letter is kept whole, with all that a replay needs', async () => {
    await using store = await openStore(open)
    const letter = deadLetter('a-000007', {
      batch_id: 'a',
      index: 7,
      service: 'shop',
      attempts: 3,
      original: ORIGINAL,
    })
    await append(store, [], { deadLetters: [letter] })
    await store.reopen()
    await store.reader.refresh()
    expect(await lettersOf(store)).toEqual([letter])
  })

  test('letters are found by door, step, batch, time and a part of the reason, newest first', async () => {
    await using store = await openStore(open)
    const letters = [
      deadLetter('a', { door: 'json', step: 'decode', reason: 'not JSON: line 3', batch_id: 'b1' }),
      deadLetter('b', { door: 'text', step: 'decode', reason: 'too long', batch_id: 'b2' }),
      deadLetter('c', { door: 'json', step: 'time', at: isoFromNanos(RECENT + SECOND) }),
    ]
    for (const letter of letters) await append(store, [], { deadLetters: [letter] })
    const found = async (filter: DeadLetterFilter) => (await lettersOf(store, filter)).map(({ id }) => id)
    expect(await found({})).toEqual(['c', 'b', 'a'])
    expect(await found({ id: 'b' })).toEqual(['b'])
    expect(await found({ door: 'json' })).toEqual(['c', 'a'])
    expect(await found({ step: 'decode', door: 'text' })).toEqual(['b'])
    expect(await found({ reason: 'json:' })).toEqual(['a'])
    expect(await found({ batchId: 'b2' })).toEqual(['b'])
    expect(await found({ from: RECENT + 1n })).toEqual(['c'])
    expect(await found({ to: RECENT + SECOND })).toEqual(['b', 'a'])
    expect(await found({ door: 'nobody' })).toEqual([])
  })

  test('what is replayed takes the place of its letter in one commit, be it events or the letter again', async () => {
    await using store = await openStore(open)
    await append(store, [], { deadLetters: ['a', 'b', 'c', 'd'].map((id) => deadLetter(`${id}-0`)) })
    const again = deadLetter('b-0', { attempts: 2, reason: 'still not JSON' })
    await append(store, [draft('a-0')], {
      replayed: ['a-0', 'b-0', 'never there'],
      deadLetters: [again],
      batches: [receipt('replay/a-0/1')],
    })
    expect(await idsOf(store, '*')).toEqual(['a-0'])
    expect((await lettersOf(store)).map(({ id, attempts }) => `${id} ${attempts}`)).toEqual([
      'b-0 2',
      'd-0 1',
      'c-0 1',
    ])
    expect((await store.reader.stats()).deadLetters.count).toBe(3)
    await store.reopen()
    await append(store, [draft('b-0')], { replayed: ['b-0'] })
    expect((await lettersOf(store)).map(({ id }) => id)).toEqual(['d-0', 'c-0'])
    await store.reopen()
    await store.reader.refresh()
    expect((await lettersOf(store)).map(({ id }) => id)).toEqual(['d-0', 'c-0'])
    expect((await store.reader.stats()).deadLetters.count).toBe(2)
  })

  test('a commit delivered twice replays once', async () => {
    await using store = await openStore(open)
    await append(store, [], { deadLetters: [deadLetter('a-0')] })
    const commit = {
      partition: 0,
      from: store.writer.position(0),
      to: 9n,
      events: batchOf([draft('a-0')]),
      deadLetters: [],
      batches: [],
      replayed: ['a-0'],
    }
    expect(await store.writer.append(commit)).toEqual({ applied: true })
    await append(store, [], { deadLetters: [deadLetter('a-0', { attempts: 2 })] })
    expect(await store.writer.append(commit)).toEqual({ applied: false })
    await store.reader.refresh()
    expect(await lettersOf(store)).toHaveLength(1)
    expect(await idsOf(store, '*')).toEqual(['a-0'])
  })

  test('letters that are dismissed are gone for good, and only those that match', async () => {
    await using store = await openStore(open)
    await append(store, [], {
      deadLetters: ['a', 'b', 'c'].map((id) => deadLetter(id, { step: id === 'b' ? 'time' : 'decode' })),
    })
    await store.reopen()
    await append(store, [], { deadLetters: [deadLetter('d')] })
    expect(await store.writer.dismissDeadLetters({ step: 'nothing' })).toEqual({ dismissed: 0 })
    expect(await store.writer.dismissDeadLetters({ step: 'decode' })).toEqual({ dismissed: 3 })
    expect(await store.writer.dismissDeadLetters({ step: 'decode' })).toEqual({ dismissed: 0 })
    await store.reader.refresh()
    expect((await lettersOf(store)).map(({ id }) => id)).toEqual(['b'])
    expect(await store.reader.deadLetters({ limit: 10 })).toMatchObject({ total: 1 })
    await store.reopen()
    await store.reader.refresh()
    expect((await lettersOf(store)).map(({ id }) => id)).toEqual(['b'])
    expect((await store.reader.stats()).deadLetters).toMatchObject({ count: 1, dropped: 0 })
  })
}

async function lettersOf(store: StoreUnderTest, filter: DeadLetterFilter = {}): Promise<DeadLetter[]> {
  const letters: DeadLetter[] = []
  for await (const letter of store.reader.eachDeadLetter(filter)) letters.push(letter)
  return letters
}
