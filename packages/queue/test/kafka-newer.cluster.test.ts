import { expect, test } from 'vitest'
import { recordHeader } from '../src/contract.ts'
import { startMember } from '../src/group-contract.ts'
import { kafkaClient } from '../src/kafka/index.ts'
import { kafkaPlace } from './kafka-place.ts'

const PATIENCE = { timeout: 60_000, interval: 20 }

test('a record of a newer version is not passed over: its partition stands still and says so, the others go on', async () => {
  await using place = await kafkaPlace({ partitions: 2 })
  const producer = kafkaClient(place.address).producer()
  await producer.connect()
  const put = (partition: number, header: object) =>
    producer.send({
      topic: place.plan.topic,
      messages: [{ partition, value: 'body', headers: { heartwood: JSON.stringify(header) } }],
    })
  // Opening makes the topic.
  const consumer = await place.member()
  await put(0, recordHeader('before'))
  await put(0, { ...recordHeader('newer'), version: 3, door: 'of tomorrow' })
  await put(0, recordHeader('behind'))
  await put(1, recordHeader('beside'))
  const member = startMember(consumer)
  await expect
    .poll(() => member.consumer.trouble() ?? '', PATIENCE)
    .toMatch(/offset 1\) was written by a newer version of Heartwood: start that version/)
  await put(1, recordHeader('beside too'))
  await expect.poll(() => member.batches().sort(), PATIENCE).toEqual(['before', 'beside', 'beside too'])
  await expect
    .poll(() => member.consumer.lag(), PATIENCE)
    .toEqual(
      new Map([
        [0, 2n],
        [1, 0n],
      ]),
    )
  await member.consumer.close()

  // Whoever has the partition next meets it again.
  const next = startMember(await place.member())
  await expect.poll(() => next.consumer.trouble() ?? '', PATIENCE).toMatch(/newer version/)
  expect(next.batches()).toEqual([])
  await next.consumer.close()
  await producer.disconnect()
})

test('a header that says nothing is damage that harms no other record', async () => {
  await using place = await kafkaPlace({ partitions: 1 })
  const producer = kafkaClient(place.address).producer()
  await producer.connect()
  const consumer = await place.member()
  for (const heartwood of ['{"version":2}', '{', '[]', JSON.stringify(recordHeader('behind'))])
    await producer.send({
      topic: place.plan.topic,
      messages: [{ partition: 0, value: 'body', headers: { heartwood } }],
    })
  const member = startMember(consumer)
  const kinds = () => member.calls.flatMap(({ items }) => items.map(({ kind }) => kind))
  await expect.poll(kinds, PATIENCE).toEqual(['damaged', 'damaged', 'damaged', 'record'])
  await member.consumer.close()
  await producer.disconnect()
})
