import { fetchElasticsearch } from './elasticsearch.ts'
import { fetchKafka } from './kafka.ts'
import { fetchS3 } from './s3.ts'

/**
 * Fetches what the servers of the tests are made of, with Java and whatever else they need, so that no test waits for a
 * download: where one cannot be had, that is one sentence and exit code 1.
 *   node scripts/stack/fetch.ts
 */
const SERVERS = [
  { name: 'Kafka', variable: 'KAFKA_BROKERS', fetch: fetchKafka },
  { name: 'Elasticsearch', variable: 'ELASTICSEARCH_URL', fetch: fetchElasticsearch },
  { name: 'S3 server', variable: 'S3_ENDPOINT', fetch: fetchS3 },
] as const

let missing = 0
// One after the other: two that install packages at once wait for each other's lock, or fail.
for (const { name, variable, fetch } of SERVERS) {
  const started = Date.now()
  try {
    await fetch()
    console.log(`${name}: there after ${((Date.now() - started) / 1000).toFixed(1)} s`)
  } catch (error) {
    missing++
    const why = error instanceof Error ? error.message : String(error)
    console.log(
      `There is no ${name} to test with: ${why}. Tests that do not kill it take the one that ${variable} names.`,
    )
  }
}
process.exit(missing === 0 ? 0 : 1)
