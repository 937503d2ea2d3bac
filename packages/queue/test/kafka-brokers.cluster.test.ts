import { expect, test } from 'vitest'
import { startKafkaBrokers } from '../../../scripts/stack/kafka-brokers.ts'
import { startMember } from '../src/group-contract.ts'
import { kafkaPlace } from './kafka-place.ts'
import { expectAllInOrder, goOn, spoolingTo, startSenders } from './senders.ts'
import { temporaryDirectory } from './temporary-directory.ts'

test('of three brokers that each have a copy one is killed after the other, and nothing acknowledged is lost or out of order', async () => {
  await using kafka = await startKafkaBrokers(3, 256)
  await using queue = await kafkaPlace({
    partitions: 6,
    brokers: kafka.address,
    plan: { replication: 3, maxMessageBytes: 2 << 20 },
  })
  await using directory = await temporaryDirectory()
  const publisher = await spoolingTo(queue, directory.path)
  const indexer = startMember(await queue.member({ group: 'during' }))
  const senders = startSenders(publisher)
  await goOn(senders)
  for (const broker of kafka.brokers) {
    await broker.kill()
    await goOn(senders)
    // Two of three have it all: those go on, before it is back.
    await expect.poll(() => publisher.spool().trouble).toBeUndefined()
    await goOn(senders)
    await broker.start()
    await goOn(senders)
  }
  await senders.stop()
  await expect.poll(() => publisher.spool().holds).toBe(false)
  await publisher.close()
  const found = () => new Set(indexer.batches())
  await expect.poll(() => found().size).toBe(senders.count())
  await indexer.consumer.close()
  await expectAllInOrder(queue, senders)
})
