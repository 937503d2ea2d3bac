import { afterAll, beforeAll, expect, test } from 'vitest'
import { startKafka } from '../../../scripts/stack/kafka.ts'
import type { StackServer } from '../../../scripts/stack/server.ts'
import { recordHeader } from '../src/contract.ts'
import { startMember } from '../src/group-contract.ts'
import { directPublisher, OrderedProducer, openKafkaGroupConsumer } from '../src/kafka/index.ts'
import { accept } from './kafka-place.ts'

const LOGIN = 'org.apache.kafka.common.security.plain.PlainLoginModule required'

/** A Kafka that lets nobody in who does not sign in. */
let kafka: StackServer
beforeAll(async () => {
  kafka = await startKafka({
    own: true,
    heapMb: 320,
    settings: {
      'listener.security.protocol.map': 'CONTROLLER:PLAINTEXT,PLAINTEXT:SASL_PLAINTEXT',
      'sasl.enabled.mechanisms': 'PLAIN',
      'sasl.mechanism.inter.broker.protocol': 'PLAIN',
      'listener.name.plaintext.plain.sasl.jaas.config': `${LOGIN} username="broker" password="inside" user_broker="inside" user_heartwood="secret";`,
    },
  })
})
afterAll(() => kafka[Symbol.asyncDispose]())

const plan = {
  topic: 'logs-raw',
  partitions: 2,
  replication: 1,
  retentionMillis: 3_600_000,
  maxMessageBytes: 2 << 20,
}
const addressWith = (password: string) => ({
  brokers: [kafka.address],
  tls: false,
  login: { mechanism: 'plain' as const, username: 'heartwood', password },
  clientId: 'heartwood-test',
})

test('who signs in publishes and consumes', async () => {
  const address = addressWith('secret')
  const publisher = directPublisher(new OrderedProducer(address, plan), { patienceMillis: 60_000 })
  await publisher.publish('key', recordHeader('a'), Buffer.from('{}'))
  const member = startMember(await openKafkaGroupConsumer({ address, plan, group: 'g', accept }))
  await expect.poll(() => new Set(member.batches()), { timeout: 60_000 }).toEqual(new Set(['a']))
  await member.consumer.close()
  await publisher.close()
})

test('a wrong password is an error that says so, for both', async () => {
  const address = addressWith('wrong')
  const refused = { code: 'io', message: expect.stringMatching(/authentication|SASL/i) }
  const publisher = directPublisher(new OrderedProducer(address, plan), { patienceMillis: 0 })
  await expect(publisher.publish('key', recordHeader('a'), Buffer.from('{}'))).rejects.toMatchObject(refused)
  await publisher.close()
  await expect(openKafkaGroupConsumer({ address, plan, group: 'g', accept })).rejects.toMatchObject(refused)
})
