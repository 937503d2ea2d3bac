import { randomUUID } from 'node:crypto'
import kafkajs from 'kafkajs'
import { describe, expect, test } from 'vitest'
import { recordHeader } from '../src/contract.ts'
import { startMember } from '../src/group-contract.ts'
import { QueueError, type QueueItem } from '../src/index.ts'
import { kafkaClient, openKafkaGroupConsumer, openKafkaTopicWriter } from '../src/kafka/index.ts'
import { accept, type KafkaPlace, kafkaPlace } from './kafka-place.ts'
import { hasKcat, kcat } from './kcat.ts'

const WITH_KCAT = { skip: !(await hasKcat()) }

/** The items of a topic of one partition, as many as are asked for. */
async function itemsOf(queue: KafkaPlace, count: number): Promise<readonly QueueItem[]> {
  return queue.items(0, count)
}

/** Makes the topic before anybody else writes to it. */
async function madeTopic(queue: KafkaPlace): Promise<void> {
  await (await queue.member({ group: randomUUID() })).close()
}

const bodiesOf = (items: readonly QueueItem[]): string[] =>
  items.map((item) =>
    item.kind === 'record' ? Buffer.from(item.body).toString() : `${item.kind}: ${item.reason}`,
  )

describe('what other programs put into Kafka', WITH_KCAT, () => {
  test.each(['none', 'gzip', 'snappy', 'lz4', 'zstd'])('is read with the codec %s', async (codec) => {
    await using queue = await kafkaPlace({ partitions: 1 })
    await madeTopic(queue)
    const lines = Array.from({ length: 500 }, (_, i) => `{"message":"paid ${i}","level":"info","n":${i}}`)
    const [broker = ''] = queue.address.brokers
    await kcat(
      ['-P', '-b', broker, '-t', queue.plan.topic, '-z', codec, '-X', 'linger.ms=50'],
      lines.join('\n'),
    )
    const items = await itemsOf(queue, lines.length)
    expect(bodiesOf(items)).toEqual(lines)
    expect(items[7]).toMatchObject({
      kind: 'record',
      position: 7n,
      header: { door: 'json', framing: 'ndjson', batch_id: `kafka-${queue.plan.topic}-0-7`, records: 1 },
    })
  })

  test('that is text is text, and lies in order between records of ours', async () => {
    await using queue = await kafkaPlace({ partitions: 1 })
    const publisher = await queue.publisher()
    const [broker = ''] = queue.address.brokers
    const line = 'Jun 15 15:06:40 host app: started'
    await publisher.publish('k', recordHeader('before'), Buffer.from('{}'))
    await kcat(['-P', '-b', broker, '-t', queue.plan.topic, '-k', 'some-key', '-H', 'source=rsyslog'], line)
    await publisher.publish('k', recordHeader('after'), Buffer.from('{}'))
    const items = await itemsOf(queue, 3)
    expect(bodiesOf(items)).toEqual(['{}', line, '{}'])
    expect(items[1]).toMatchObject({ header: { door: 'text', framing: 'text' } })
  })

  test('and cannot be read is damaged, says where it lies, and harms no neighbour', async () => {
    await using queue = await kafkaPlace({ partitions: 1 })
    await madeTopic(queue)
    const { topic } = queue.plan
    const [broker = ''] = queue.address.brokers
    await kcat(
      ['-P', '-b', broker, '-t', topic, '-D', '|'],
      '{"message":"first"}|[{"a":1},|  |{"message":"last"}',
    )
    // A record of ours whose header is none, and a message without a value.
    await kcat(['-P', '-b', broker, '-t', topic, '-H', 'heartwood={"version":2}'], 'x')
    await kcat(['-P', '-b', broker, '-t', topic, '-Z', '-K', ':'], 'gone:')
    const items = await itemsOf(queue, 6)
    expect(items.map(({ kind }) => kind)).toEqual([
      'record',
      'damaged',
      'damaged',
      'record',
      'damaged',
      'damaged',
    ])
    for (const item of items)
      if (item.kind === 'damaged')
        expect(item.reason).toContain(`(topic ${topic}, partition 0, offset ${item.position})`)
    expect(items[1]).toMatchObject({ sample: Buffer.from('[{"a":1},') })
  })
})

describe('a topic', () => {
  test('is made as it is configured, and stays as it is where it exists', async () => {
    await using queue = await kafkaPlace({
      partitions: 7,
      plan: { retentionMillis: 7_200_000, maxMessageBytes: 3 << 20 },
    })
    await madeTopic(queue)
    const admin = kafkaClient(queue.address).admin()
    await admin.connect()
    const { topics } = await admin.fetchTopicMetadata({ topics: [queue.plan.topic] })
    expect(topics[0]?.partitions.length).toBe(7)
    const { resources } = await admin.describeConfigs({
      includeSynonyms: false,
      resources: [{ type: kafkajs.ConfigResourceTypes.TOPIC, name: queue.plan.topic }],
    })
    const value = (name: string) =>
      resources[0]?.configEntries.find(({ configName }) => configName === name)?.configValue
    expect(['retention.ms', 'max.message.bytes', 'message.timestamp.type'].map(value)).toEqual([
      '7200000',
      String(3 << 20),
      'LogAppendTime',
    ])
    await admin.disconnect()
    const other = await openKafkaGroupConsumer({
      address: queue.address,
      plan: { ...queue.plan, partitions: 99 },
      group: 'other',
      accept,
    })
    expect(other.partitions).toBe(7)
    await other.close()
  })

  test('that wants more brokers than there are says so in one sentence', async () => {
    await using queue = await kafkaPlace({ partitions: 1, plan: { replication: 3 } })
    await expect(queue.member()).rejects.toThrow(/cannot be kept 3 times: Kafka has fewer brokers$/)
  })

  test('takes a body of 64 MiB, and a larger one is refused by its size alone', async () => {
    await using queue = await kafkaPlace({ partitions: 1, plan: { maxMessageBytes: 65 << 20 } })
    const publisher = await queue.publisher()
    // Not to be compressed, as a body in gzip.
    const body = new Uint8Array(64 << 20).map((_, i) => (i * 2_654_435_761) >>> 13)
    const header = { ...recordHeader('large'), encoding: 'gzip' as const }
    await publisher.publish('k', recordHeader('before'), Buffer.from('{}'))
    await publisher.publish('k', header, body)
    await expect(publisher.publish('k', header, new Uint8Array(66 << 20))).rejects.toMatchObject({
      code: 'too_large',
    })
    await publisher.publish('k', recordHeader('after'), Buffer.from('{}'))
    const member = startMember(await queue.member())
    // On a slow machine one may lie there twice; each body is compared at once.
    const same = new Map<string, boolean>()
    const found = () => {
      for (const { items } of member.calls.splice(0))
        for (const item of items)
          if (item.kind === 'record')
            same.set(
              item.header.batch_id,
              Buffer.compare(item.body, item.header.batch_id === 'large' ? body : Buffer.from('{}')) === 0,
            )
      return [...same]
    }
    await expect.poll(found, { timeout: 120_000, interval: 100 }).toEqual([
      ['before', true],
      ['large', true],
      ['after', true],
    ])
    await member.consumer.close()
  })

  test('that takes less than we thought refuses the large record at once by its size, and takes the others in order', async () => {
    await using queue = await kafkaPlace({ partitions: 1, plan: { maxMessageBytes: 1 << 20 } })
    await madeTopic(queue)
    const publisher = await queue.publisher()
    const noise = (bytes: number) => new Uint8Array(bytes).map((_, i) => (i * 2_654_435_761) >>> 13)
    const header = (id: string) => ({ ...recordHeader(id), encoding: 'gzip' as const })
    const ids = Array.from({ length: 12 }, (_, i) => `b${i}`)
    // Nothing is known of the topic when these come.
    const large = publisher.publish('k', header('large'), noise(2 << 20))
    const others = ids.map((id) => publisher.publish('k', header(id), noise(200_000)))
    await expect(large).rejects.toMatchObject({ code: 'too_large' })
    const positions = (await Promise.all(others)).map(({ position }) => position)
    expect(positions).toEqual(positions.toSorted((a, b) => Number(a - b)))
    // Its owner gives it less room while we write.
    const admin = kafkaClient(queue.address).admin()
    await admin.connect()
    await admin.alterConfigs({
      validateOnly: false,
      resources: [
        {
          type: kafkajs.ConfigResourceTypes.TOPIC,
          name: queue.plan.topic,
          configEntries: [{ name: 'max.message.bytes', value: '300000' }],
        },
      ],
    })
    await admin.disconnect()
    await expect
      .poll(() =>
        publisher.publish('k', header('late'), noise(400_000)).then(
          () => 'stored',
          (error: unknown) => error instanceof QueueError && error.code,
        ),
      )
      .toBe('too_large')
    await publisher.publish('k', header('after'), noise(100_000))
  })

  test('of errors that takes no large message gets it without what was received, or not at all, and all others', async () => {
    await using queue = await kafkaPlace({ partitions: 1, plan: { maxMessageBytes: 100_000 } })
    const leftOut: number[] = []
    const writer = openKafkaTopicWriter({
      address: queue.address,
      plan: queue.plan,
      leftOut: (bytes) => leftOut.push(bytes),
    })
    const value = (text: string) => Buffer.from(JSON.stringify({ message: text }))
    const large = value('x'.repeat(200_000))
    await writer.write([
      { key: 'a', value: value('first') },
      { key: 'a', value: large, shortened: () => value('shortened') },
      { key: 'a', value: large, shortened: () => large },
      { key: 'a', value: large },
      ...Array.from({ length: 10 }, () => ({ key: 'a', value: value('y'.repeat(40_000)) })),
      { key: 'a', value: value('last') },
    ])
    await writer.close()
    expect(leftOut).toEqual([large.byteLength, large.byteLength])
    const bodies = bodiesOf(await itemsOf(queue, 13))
    expect([...bodies.slice(0, 2), bodies.at(-1)]).toEqual(
      ['first', 'shortened', 'last'].map((text) => value(text).toString()),
    )
  })

  test('that counts from the start again is committed from the start again', async () => {
    await using queue = await kafkaPlace({ partitions: 1 })
    await madeTopic(queue)
    const publisher = await queue.publisher()
    for (const id of ['a', 'b', 'c']) await publisher.publish('k', recordHeader(id), Buffer.from('{}'))
    const group = `indexer-${queue.plan.topic}`
    const admin = kafkaClient(queue.address).admin()
    await admin.connect()
    // What the group had of the topic that was there before.
    const { topic } = queue.plan
    await admin.setOffsets({ groupId: group, topic, partitions: [{ partition: 0, offset: '1000' }] })
    const member = startMember(await queue.member())
    const committed = async () =>
      (await admin.fetchOffsets({ groupId: group, topics: [topic] }))[0]?.partitions[0]?.offset
    await expect.poll(committed).toBe('3')
    expect(member.batches()).toEqual(['a', 'b', 'c'])
    await member.consumer.close()
    await admin.disconnect()
  })

  test('that has dropped what a group had not read yet says that it is lost, once', async () => {
    await using queue = await kafkaPlace({ partitions: 1 })
    const publisher = await queue.publisher()
    const consumer = await queue.member()
    const first = startMember(consumer)
    for (const id of ['a', 'b']) await publisher.publish('k', recordHeader(id), Buffer.from('{}'))
    await expect.poll(() => first.batches().length).toBe(2)
    await consumer.close()
    for (const id of ['c', 'd', 'e']) await publisher.publish('k', recordHeader(id), Buffer.from('{}'))
    const admin = kafkaClient(queue.address).admin()
    await admin.connect()
    await admin.fetchTopicOffsets(queue.plan.topic)
    await admin.deleteTopicRecords({ topic: queue.plan.topic, partitions: [{ partition: 0, offset: '4' }] })
    await admin.disconnect()
    const second = startMember(await queue.member())
    const items = () => second.calls.flatMap((call) => call.items)
    await expect.poll(() => items().length).toBe(2)
    expect(items()[0]).toMatchObject({ kind: 'lost', position: 3n })
    expect(items()[0]).toHaveProperty('reason', expect.stringContaining('offsets 2 to 3'))
    expect(items()[1]).toMatchObject({ kind: 'record', position: 4n })
    await second.consumer.close()
  })

  test(
    'of errors gets all messages in the order of their keys, twice only where a request failed, for programs of others to read',
    WITH_KCAT,
    async () => {
      await using queue = await kafkaPlace({ partitions: 4 })
      const failures: string[] = []
      const writer = openKafkaTopicWriter({
        address: queue.address,
        plan: queue.plan,
        log: ({ message }) => failures.push(message),
      })
      const messages = Array.from({ length: 200 }, (_, i) => ({
        key: `service-${i % 5}`,
        value: Buffer.from(
          JSON.stringify({ service: `service-${i % 5}`, n: i, message: 'x'.repeat(10_000) }),
        ),
      }))
      await writer.write([])
      await Promise.all([writer.write(messages.slice(0, 120)), writer.write(messages.slice(120))])
      await writer.close()
      await expect(writer.write(messages)).rejects.toMatchObject({ code: 'closed' })
      const [broker = ''] = queue.address.brokers
      const read = await kcat(['-C', '-b', broker, '-t', queue.plan.topic, '-e', '-q', '-f', '%k %s\n'])
      const lines = read.trim().split('\n')
      if (failures.length === 0) expect(lines.length).toBe(200)
      for (let service = 0; service < 5; service++) {
        const numbers = lines.flatMap((line) => {
          const [key, ...value] = line.split(' ')
          return key === `service-${service}` ? [JSON.parse(value.join(' ')).n] : []
        })
        // What comes again counts by its first place.
        expect([...new Set(numbers)]).toEqual(Array.from({ length: 40 }, (_, i) => service + 5 * i))
      }
    },
  )
})
