// A group member in a process of its own, for tests that stop it: `node consuming-process.ts '{"address":...}'`.
// Writes a line for each thing that happens to it, as JSON.
import { acceptMessage } from '@heartwood/doors'
import { z } from 'zod'
import { openKafkaGroupConsumer } from '../src/kafka/index.ts'

const Options = z.object({
  brokers: z.array(z.string()),
  group: z.string(),
  sessionMillis: z.number(),
  topic: z.string(),
  partitions: z.number(),
})
const { brokers, topic, partitions, ...group } = Options.parse(JSON.parse(process.argv[2] ?? ''))

const say = (line: Readonly<Record<string, unknown>>): void => {
  process.stdout.write(`${JSON.stringify(line)}\n`)
}

const consumer = await openKafkaGroupConsumer({
  address: { brokers, tls: false, clientId: 'heartwood-test' },
  plan: { topic, partitions, replication: 1, retentionMillis: 3_600_000, maxMessageBytes: 80 << 20 },
  accept: (message) => acceptMessage(message, Date.now()),
  ...group,
})
process.once('SIGTERM', () => void consumer.close().then(() => process.exit(0)))
await consumer.run({
  onAssigned: async (assigned) => say({ assigned }),
  onRevoked: async (revoked) => say({ revoked }),
  async handle(partition, items) {
    const ids = items.map((item) => (item.kind === 'record' ? item.header.batch_id : item.kind))
    say({ handling: ids, partition })
    // Long enough to be stopped in the middle of it.
    await new Promise((resolve) => setTimeout(resolve, 20))
    const position = items.at(-1)?.position ?? 0n
    say({ handled: ids, partition, committed: await consumer.commit(partition, position) })
  },
})
