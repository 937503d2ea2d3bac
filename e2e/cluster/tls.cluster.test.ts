import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SearchOutput } from '@heartwood/api'
import { freePort } from '@heartwood/db/embedded'
import { INTERNAL_HEADER } from '@heartwood/runtime'
import { expect, test } from 'vitest'
import { type AppName, AppProcess } from '../../apps/indexer/test/app-process.ts'
import { startDatabase } from '../../apps/query/test/test-database.ts'
import { selfSigned } from '../../scripts/stack/certificate.ts'
import { LOCAL_LOGIN, startElasticsearch } from '../../scripts/stack/elasticsearch.ts'
import { startKafka } from '../../scripts/stack/kafka.ts'

const TOKEN = 'a token of the whole cluster'
const LOGIN = 'org.apache.kafka.common.security.plain.PlainLoginModule required'
const PATIENCE = { timeout: 240_000, interval: 500 }

/** Kafka and Elasticsearch as a company has them: with a certificate of its own authority, and for those who sign in. */
async function securedServers() {
  const stack = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'heartwood-tls-'))
  stack.defer(() => rm(folder, { recursive: true, force: true }))
  const certificate = await selfSigned(folder)
  const [clear, secured, controller] = [await freePort(), await freePort(), await freePort()]
  const listeners = `PLAINTEXT://127.0.0.1:${clear},SECURED://127.0.0.1:${secured}`
  stack.use(
    await startKafka({
      own: true,
      port: clear,
      heapMb: 320,
      settings: {
        'listener.security.protocol.map': 'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SECURED:SASL_SSL',
        'controller.quorum.voters': `1@127.0.0.1:${controller}`,
        listeners: `${listeners},CONTROLLER://127.0.0.1:${controller}`,
        'advertised.listeners': listeners,
        'ssl.keystore.location': certificate.keyStore,
        'ssl.keystore.password': certificate.password,
        'ssl.keystore.type': 'PKCS12',
        'sasl.enabled.mechanisms': 'PLAIN',
        'listener.name.secured.plain.sasl.jaas.config': `${LOGIN} user_${LOCAL_LOGIN.username}="${LOCAL_LOGIN.password}";`,
      },
    }),
  )
  const elasticsearch = stack.use(await startElasticsearch({ own: true, heapMb: 512, secured: certificate }))
  const database = stack.use(await startDatabase())
  const env = {
    KAFKA_BROKERS: `127.0.0.1:${secured}`,
    KAFKA_TLS: 'on',
    KAFKA_SASL: 'plain',
    KAFKA_USERNAME: LOCAL_LOGIN.username,
    KAFKA_PASSWORD: LOCAL_LOGIN.password,
    ELASTICSEARCH_URL: elasticsearch.address,
    ELASTICSEARCH_USERNAME: LOCAL_LOGIN.username,
    ELASTICSEARCH_PASSWORD: LOCAL_LOGIN.password,
    DATABASE_URL: database.url,
    HEARTWOOD_INTERNAL_TOKEN: TOKEN,
    HEARTWOOD_INDEX_REPLICAS: '0',
    HEARTWOOD_KAFKA_PARTITIONS: '2',
    HEARTWOOD_KAFKA_REPLICATION: '1',
    HEARTWOOD_DATA_DIR: folder,
  }
  const ports = {
    HEARTWOOD_INGEST_PORT: String(await freePort()),
    HEARTWOOD_INDEXER_PORT: String(await freePort()),
    HEARTWOOD_QUERY_PORT: String(await freePort()),
  }
  return {
    folder,
    authority: certificate.authority,
    start: async (app: AppName, more: Readonly<Record<string, string>>) =>
      stack.use(await AppProcess.start(app, { ...env, ...ports, ...more })),
    [Symbol.asyncDispose]: () => stack[Symbol.asyncDispose](),
  }
}

async function search({ url }: AppProcess): Promise<Response> {
  const asked = `${url}/api/v1/search?query=TLS&from_time=now-1h&to_time=now`
  return fetch(asked, { headers: { [INTERNAL_HEADER]: TOKEN } })
}

test('with Kafka and Elasticsearch over TLS, and a login for both, what is sent is found; who does not trust their authority says so', async () => {
  await using servers = await securedServers()
  const trusting = { NODE_EXTRA_CA_CERTS: servers.authority }
  await servers.start('indexer', trusting)
  const ingest = await servers.start('ingest', trusting)
  const query = await servers.start('query', trusting)
  const sent = await fetch(`${ingest.url}/ingest`, { method: 'POST', body: 'a line over TLS' })
  expect(sent.status).toBe(200)
  await expect
    .poll(async () => {
      const answer = await search(query)
      expect(answer.status).toBe(200)
      return SearchOutput.parse(await answer.json()).logs.map(({ message }) => message)
    }, PATIENCE)
    .toEqual(['a line over TLS'])
  const distrustful = await servers.start('query', {
    HEARTWOOD_QUERY_PORT: String(await freePort()),
    HEARTWOOD_DATA_DIR: join(servers.folder, 'distrustful'),
  })
  const answer = await search(distrustful)
  expect([answer.status, await answer.text()]).toEqual([503, expect.stringContaining('certificate')])
})
