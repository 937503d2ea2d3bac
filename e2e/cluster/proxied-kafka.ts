import { freePort } from '../../packages/db/src/embedded/free-port.ts'
import { type KafkaOptions, startKafka } from '../../scripts/stack/kafka.ts'
import type { StackServer } from '../../scripts/stack/server.ts'
import { type FlakyProxy, startFlakyProxy } from './flaky-proxy.ts'
import { KAFKA_API, kafkaRequests } from './request-kinds.ts'

/** A Kafka that clients reach only through a proxy, whose lost answers are those to produce requests. */
export interface ProxiedKafka extends AsyncDisposable {
  readonly kafka: StackServer
  readonly proxy: FlakyProxy
}

/** @param proxied false leads clients past the proxy, which then only stands there. */
export async function startProxiedKafka(
  options: Pick<KafkaOptions, 'dataDir' | 'heapMb'> = {},
  proxied = true,
): Promise<ProxiedKafka> {
  await using started = new AsyncDisposableStack()
  const port = await freePort()
  const proxy = started.use(
    await startFlakyProxy({ serverPort: () => port, requests: kafkaRequests(KAFKA_API.produce) }),
  )
  const kafka = started.use(
    await startKafka({
      ...options,
      own: true,
      port,
      // So that what clients learn from the broker leads them through the proxy too.
      ...(proxied && { settings: { 'advertised.listeners': `PLAINTEXT://${proxy.address}` } }),
    }),
  )
  const all = started.move()
  return { kafka, proxy, [Symbol.asyncDispose]: () => all.disposeAsync() }
}
