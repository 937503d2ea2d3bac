import type { HttpPassage } from '../../cluster/http-proxy.ts'
import { type SpoilingProxy, spoilingProxy } from './spoiling-proxy.ts'

/**
 * What becomes of `_bulk` requests. `lose answers`: Elasticsearch carries them out, and the connection ends instead of the
 * answer. `too many`: 429 without asking Elasticsearch. `cut`: the connection ends before anything is sent on.
 */
export type BulkFate = 'lose answers' | 'too many' | 'cut'

export type ElasticsearchProxy = SpoilingProxy<BulkFate>

/** Stands between the product and Elasticsearch. */
export function elasticsearchProxy(upstream: string): Promise<ElasticsearchProxy> {
  return spoilingProxy(upstream, { isMeant: ({ path }) => /\/_bulk(?:\?|$)/.test(path), spoil })
}

function spoil(passage: HttpPassage, fate: BulkFate): void {
  switch (fate) {
    case 'lose answers':
      passage.loseAnswer()
      break
    case 'too many':
      refuse(passage)
      break
    case 'cut':
      passage.cut()
  }
}

/** As Elasticsearch does when its queue of writes is full. */
function refuse(passage: HttpPassage): void {
  const reason = {
    type: 'es_rejected_execution_exception',
    reason: 'rejected execution of coordinating operation',
  }
  const headers = { 'content-type': 'application/json', 'x-elastic-product': 'Elasticsearch' }
  passage.answer(429, headers, JSON.stringify({ error: reason, status: 429 }))
}
