import type { LogReader } from '@heartwood/log-store'
import {
  elasticsearchAddress,
  elasticsearchHealth,
  openElasticsearchReader,
} from '@heartwood/log-store/elasticsearch'
import type { App } from '@heartwood/runtime'

const LOOK_MILLIS = 5_000

/** The reader of the cluster's Elasticsearch. What is wrong with that stands among the warnings of this app. */
export function openElasticsearchStore(app: App): LogReader {
  const { settings } = app
  const address = elasticsearchAddress(settings)
  const health = elasticsearchHealth(address)
  let looking: Promise<void> | undefined
  const look = async (): Promise<void> => {
    const trouble = await health.trouble()
    if (trouble === undefined) app.warnings?.delete('Elasticsearch')
    else app.warnings?.set('Elasticsearch', trouble)
  }
  const timer = setInterval(() => {
    looking ??= look().finally(() => {
      looking = undefined
    })
  }, LOOK_MILLIS).unref()
  app.stopping.add('the health of Elasticsearch', async () => {
    clearInterval(timer)
    await looking
    await health.close()
  })
  return openElasticsearchReader({ address, prefix: settings.HEARTWOOD_INDEX_PREFIX })
}
