import type { ElasticsearchAddress } from './connection.ts'

/** The settings that say where Elasticsearch is. */
export interface ElasticsearchSettings {
  readonly ELASTICSEARCH_URL?: string | undefined
  readonly ELASTICSEARCH_API_KEY?: string | undefined
  readonly ELASTICSEARCH_USERNAME?: string | undefined
  readonly ELASTICSEARCH_PASSWORD?: string | undefined
}

/** Several nodes stand beside each other, separated by commas. */
export function elasticsearchAddress(settings: ElasticsearchSettings): ElasticsearchAddress {
  const { ELASTICSEARCH_URL: nodes = '', ELASTICSEARCH_USERNAME: username } = settings
  return {
    nodes: nodes.split(',').map((node) => node.trim()),
    apiKey: settings.ELASTICSEARCH_API_KEY,
    ...(username !== undefined && { user: { username, password: settings.ELASTICSEARCH_PASSWORD ?? '' } }),
  }
}
