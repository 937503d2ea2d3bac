import { Client } from '@elastic/elasticsearch'
import kafkajs, { type KafkaMessage } from 'kafkajs'
import { type PlainReply, PlainTask } from './protocol.ts'

/** A consumer of the plain way: parses each message and gives up to a thousand at once to the client's bulk helper. */
const A_BULK = 1_000
/** As many bulk requests at once as an indexer of ours. */
const REQUESTS = 3
const GROUP = 'plain-way'
const reply = (message: PlainReply) => process.send?.(message, undefined, undefined, () => undefined)

process.on('disconnect', () => process.exit(0))
process.on('SIGINT', () => undefined)
process.once('message', async (message) => {
  const { kafka: broker, elasticsearch, topic, index } = PlainTask.parse(message)
  const client = new Client({ node: elasticsearch })
  const kafka = new kafkajs.Kafka({ brokers: [broker], logLevel: kafkajs.logLevel.NOTHING })
  const consumer = kafka.consumer({ groupId: GROUP })
  consumer.on(consumer.events.GROUP_JOIN, ({ payload }) =>
    reply({ is: 'assigned', partitions: payload.memberAssignment[topic]?.length ?? 0 }),
  )
  await consumer.connect()
  await consumer.subscribe({ topic, fromBeginning: true })
  await consumer.run({
    partitionsConsumedConcurrently: REQUESTS,
    async eachBatch({ batch: { messages }, resolveOffset, heartbeat }) {
      for (let from = 0; from < messages.length; from += A_BULK) {
        const some = messages.slice(from, from + A_BULK)
        const { failed } = await client.helpers.bulk<unknown>({
          datasource: some.map(parsed),
          onDocument: () => ({ index: { _index: index } }),
        })
        if (failed > 0) reply({ is: 'dropped', events: failed })
        const last = some.at(-1)
        if (last !== undefined) resolveOffset(last.offset)
        await heartbeat()
      }
    },
  })
})

function parsed({ value }: KafkaMessage): unknown {
  return JSON.parse(value?.toString('utf8') ?? 'null')
}
