import { z } from 'zod'
import { connectElasticsearch, type ElasticsearchAddress } from './connection.ts'

const Health = z.object({
  status: z.enum(['green', 'yellow', 'red']),
  unassigned_shards: z.number(),
})

/** Looks at how an Elasticsearch does. */
export interface ElasticsearchHealth {
  /** What is wrong with it, one sentence; undefined where it does its work: yellow only lacks copies. */
  trouble(): Promise<string | undefined>
  close(): Promise<void>
}

const PATIENCE_MILLIS = 5_000

export function elasticsearchHealth(address: ElasticsearchAddress): ElasticsearchHealth {
  const connection = connectElasticsearch(address)
  return {
    async trouble() {
      try {
        const answer = await connection.ask({
          method: 'GET',
          path: '/_cluster/health',
          timeoutMillis: PATIENCE_MILLIS,
        })
        const { status, unassigned_shards: missing } = Health.parse(answer)
        if (status !== 'red') return undefined
        return `is red: ${missing} shards are not assigned, and what is in them is not found or stored`
      } catch (error) {
        return `does not answer: ${error instanceof Error ? error.message : String(error)}`
      }
    },
    close: () => connection.close(),
  }
}
