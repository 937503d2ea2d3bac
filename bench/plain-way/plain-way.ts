import { elasticsearchCount, elasticsearchCountOfAll } from '../measure/elasticsearch-count.ts'
import { indexedAtLeast } from '../measure/load.ts'
import { type Cost, stretch } from '../measure/stretch.ts'
import type { Usage } from '../measure/usage.ts'
import { PlainProcess } from './plain-process.ts'
import type { PlainReply, PlainTask } from './protocol.ts'

export interface PlainPlace {
  /** Addresses of the servers. */
  readonly kafkaAddress: string
  readonly elasticsearchUrl: string
  usage(): ReadonlyMap<string, Usage>
}

/** How events go from Kafka to Elasticsearch with clients used as their manuals show. */
export interface PlainWay {
  /** Of the second half, which is what is measured. */
  readonly events: number
  /** From its first message until Elasticsearch's own count had all. */
  readonly cost: Cost
  /** That Elasticsearch did not take. */
  readonly dropped: number
  /** Stored more than once. */
  readonly doubled: number
}

const TOPIC = 'plain'
const INDEX = 'plain'
const PARTITIONS = 8
const CONSUMERS = 2
const NUMBER_OF_SHARDS = 1

/** Two consumers wait, a producer sends. The topic and the index are made as those of Heartwood are, with the default mapping. */
export async function plainWay(
  place: PlainPlace,
  { workload, events }: Pick<PlainTask, 'workload' | 'events'>,
): Promise<PlainWay> {
  const { kafkaAddress: kafka, elasticsearchUrl: elasticsearch } = place
  await makeIndex(elasticsearch)
  const task: PlainTask = {
    kafka,
    elasticsearch,
    topic: TOPIC,
    partitions: PARTITIONS,
    index: INDEX,
    workload,
    events,
  }
  using processes = new DisposableStack()
  const producer = processes.use(new PlainProcess('producer'))
  const consumers = Array.from({ length: CONSUMERS }, () => processes.use(new PlainProcess('consumer')))
  producer.tell(task)
  const { first, second } = await prepared(producer)
  for (const one of consumers) one.tell(task)
  await shared(consumers)
  const dropped = () => consumers.reduce((sum, one) => sum + droppedBy(one), 0)
  const stored = (events: number) =>
    indexedAtLeast(
      { indexedEvents: async () => (await elasticsearchCount(elasticsearch, INDEX)) + dropped() },
      events,
    )
  producer.tell('go')
  await stored(first)
  const end = stretch(() => place.usage())
  producer.tell('go')
  await stored(first + second)
  const cost = end(second)
  const all = (await elasticsearchCountOfAll(elasticsearch, INDEX)) + dropped()
  return { events: second, cost, dropped: dropped(), doubled: Math.max(0, all - first - second) }
}

async function prepared(producer: PlainProcess): Promise<Extract<PlainReply, { is: 'prepared' }>> {
  for (;;) {
    const made = producer.replies.find((reply) => reply.is === 'prepared')
    if (made !== undefined) return made
    await producer.changed()
  }
}

/** Resolves when the partitions are shared out: nothing is moved from one consumer to another while it is measured. */
async function shared(consumers: readonly PlainProcess[]): Promise<void> {
  for (;;) {
    const each = consumers.map(
      ({ replies }) => replies.findLast((reply) => reply.is === 'assigned')?.partitions,
    )
    if (each.every((partitions) => partitions === PARTITIONS / CONSUMERS)) return
    await Promise.race(consumers.map((one) => one.changed()))
  }
}

function droppedBy({ replies }: PlainProcess): number {
  return replies.reduce((sum, reply) => sum + (reply.is === 'dropped' ? reply.events : 0), 0)
}

async function makeIndex(url: string): Promise<void> {
  const settings = { number_of_shards: NUMBER_OF_SHARDS, number_of_replicas: 0, refresh_interval: '1s' }
  const answer = await fetch(`${url}/${INDEX}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ settings }),
  })
  if (!answer.ok) throw new Error(`making ${INDEX} answered ${answer.status}: ${await answer.text()}`)
  await answer.body?.cancel()
}
