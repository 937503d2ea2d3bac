import { freePort } from '../../packages/db/src/embedded/free-port.ts'
import { newClusterId, startKafka } from './kafka.ts'
import type { StackServer } from './server.ts'

/** Several brokers of one Kafka; leaving its scope stops all. */
export interface KafkaBrokers extends AsyncDisposable {
  /** What clients are given: host:port of each, separated by commas. */
  readonly address: string
  readonly brokers: readonly StackServer[]
}

/** So many brokers on this machine, each of which is a controller too, and keeps copies of what the others have. */
export async function startKafkaBrokers(count: number, heapMb: number): Promise<KafkaBrokers> {
  const ports: { readonly id: number; readonly broker: number; readonly controller: number }[] = []
  for (let id = 1; id <= count; id++)
    ports.push({ id, broker: await freePort(), controller: await freePort() })
  const clusterId = newClusterId()
  const copies = String(count)
  const settings = {
    'controller.quorum.voters': ports.map((one) => `${one.id}@127.0.0.1:${one.controller}`).join(','),
    'offsets.topic.replication.factor': copies,
    'transaction.state.log.replication.factor': copies,
    'share.coordinator.state.topic.replication.factor': copies,
  }
  const starting = await Promise.allSettled(
    ports.map(({ id, broker, controller }) =>
      startKafka({
        own: true,
        port: broker,
        clusterId,
        heapMb,
        settings: {
          ...settings,
          'node.id': String(id),
          listeners: `PLAINTEXT://127.0.0.1:${broker},CONTROLLER://127.0.0.1:${controller}`,
        },
      }),
    ),
  )
  await using started = new AsyncDisposableStack()
  const brokers = starting.flatMap((one) => (one.status === 'fulfilled' ? [started.use(one.value)] : []))
  for (const one of starting) if (one.status === 'rejected') throw one.reason
  const all = started.move()
  return {
    address: brokers.map(({ address }) => address).join(','),
    brokers,
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  }
}
