import type { LogReader } from '@heartwood/log-store'
import type { App } from '@heartwood/runtime'
import { archivePlace } from '@heartwood/settings'
import { openElasticsearchStore } from './elasticsearch.ts'

/** The store of a cluster: its Elasticsearch, and the archive behind it where there is one. */
export async function openClusterStore(app: App): Promise<LogReader> {
  const hot = openElasticsearchStore(app)
  const place = archivePlace(app.settings)
  return place === undefined ? hot : (await import('./tiered.ts')).withArchive(app, hot, place)
}
