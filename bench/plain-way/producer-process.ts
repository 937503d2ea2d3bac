import kafkajs, { type Message } from 'kafkajs'
import { prepareBodies } from '../generator/body.ts'
import { integer, seededRandom } from '../generator/random.ts'
import { stamp } from '../generator/stamp.ts'
import { nowMicros } from '../measure/clock.ts'
import { type PlainReply, PlainTask } from './protocol.ts'

/**
 * The producer of the plain way: one JSON event a message, a thousand a request, acks=all. Its messages are made before; the
 * first `go` sends half of them, the second the others.
 */
const REQUESTS = 4
const MICROS_PER_EVENT = 1_000
const reply = (message: PlainReply) => process.send?.(message, undefined, undefined, () => undefined)

process.on('disconnect', () => process.exit(0))
process.on('SIGINT', () => undefined)
let halves: Message[][][] = []
let task: PlainTask | undefined
let producer: kafkajs.Producer | undefined

process.on('message', async (message) => {
  if (message !== 'go') {
    task = PlainTask.parse(message)
    await makeTopic(task)
    const batches = messagesOf(task)
    const middle = batches.length >> 1
    halves = [batches.slice(0, middle), batches.slice(middle)]
    producer = client(task).producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner })
    await producer.connect()
    const [first = 0, second = 0] = halves.map((half) => half.reduce((sum, { length }) => sum + length, 0))
    reply({ is: 'prepared', first, second })
    return
  }
  const half = halves.shift()
  const isLast = halves.length === 0
  if (task === undefined || producer === undefined || half === undefined)
    throw new Error('nothing is prepared')
  await send(producer, task.topic, half)
  if (!isLast) return
  await producer.disconnect()
  reply({ is: 'produced' })
})

async function send(producer: kafkajs.Producer, topic: string, batches: Message[][]): Promise<void> {
  const sendSome = async () => {
    for (let next = batches.shift(); next !== undefined; next = batches.shift())
      await producer.send({ topic, acks: -1, messages: next })
  }
  await Promise.all(Array.from({ length: REQUESTS }, sendSome))
}

function client({ kafka }: PlainTask): kafkajs.Kafka {
  return new kafkajs.Kafka({ brokers: [kafka], logLevel: kafkajs.logLevel.NOTHING })
}

async function makeTopic(task: PlainTask): Promise<void> {
  const admin = client(task).admin()
  await admin.connect()
  const { topic, partitions } = task
  await admin.createTopics({
    waitForLeaders: true,
    topics: [{ topic, numPartitions: partitions, replicationFactor: 1 }],
  })
  await admin.disconnect()
}

/** The same lines as the generator of load sends. */
function messagesOf({ workload, events }: PlainTask): Message[][] {
  const bodies = prepareBodies(workload, nowMicros())
  const random = seededRandom(Date.now())
  const word = () => integer(random, 4_294_967_296)
  return Array.from({ length: Math.ceil(events / workload.eventsPerBody) }, (_, index) => {
    const body = bodies[index % bodies.length]
    if (body === undefined) throw new Error('a workload needs a body')
    stamp(body.bytes, body.places, {
      body: body.index,
      endMicros: nowMicros(),
      microsPerEvent: MICROS_PER_EVENT,
      seed: [word(), word()],
    })
    const lines = body.bytes.toString('utf8').split('\n')
    return lines.filter((line) => line !== '').map((line) => ({ value: Buffer.from(line) }))
  })
}
