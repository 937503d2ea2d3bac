import { join } from 'node:path'
import { auditPrefix, auditStoreFolder } from '@heartwood/audit'
import { type LogReader, openSegmentsReader } from '@heartwood/log-store'
import type { App } from '@heartwood/runtime'
import { modeOf } from '@heartwood/settings'

/** Little is stored, and seldom asked for. */
const MEMORY_LIMIT = '128MB'

/** The reader of the audit events, opened when somebody first asks for it: most never do. */
export function auditStore(app: App): () => Promise<LogReader> {
  let opening: Promise<LogReader> | undefined
  app.stopping.add('the audit store', async () => (await opening?.catch(() => undefined))?.close())
  return async () => {
    opening ??= open(app)
    try {
      return await opening
    } catch (error) {
      opening = undefined
      throw error
    }
  }
}

async function open(app: App): Promise<LogReader> {
  const { settings } = app
  if (modeOf(settings) === 'cluster') {
    const { elasticsearchAddress, openElasticsearchReader } = await import(
      '@heartwood/log-store/elasticsearch'
    )
    return openElasticsearchReader({
      address: elasticsearchAddress(settings),
      prefix: auditPrefix(settings.HEARTWOOD_INDEX_PREFIX),
    })
  }
  const dataDir = settings.HEARTWOOD_DATA_DIR
  return openSegmentsReader({
    dir: auditStoreFolder(dataDir),
    tempDirectory: join(dataDir, 'tmp', 'query-audit'),
    memoryLimit: MEMORY_LIMIT,
    threads: 1,
    onLost(error) {
      app.log.fatal({ err: error }, 'DuckDB failed for good')
      void app.stopping.stop('DuckDB failed for good', 1)
    },
  })
}
