import type { Dataset } from '@heartwood/api'
import { print, type Query } from '@heartwood/query-lang'
import { AppError, type InternalClient } from '@heartwood/runtime'
import type { EventSourceMessage } from 'eventsource-parser'
import { EventSourceParserStream } from 'eventsource-parser/stream'
import { passedOn } from '../passed-on.ts'

/** What asking the indexer for a tail led to. */
export type Upstream =
  | { readonly state: 'open'; readonly messages: ReadableStream<EventSourceMessage> }
  /** It may answer later. */
  | { readonly state: 'away'; readonly reason: string }
  /** It will never answer this. */
  | { readonly state: 'refused'; readonly error: AppError }

export interface TailQuery {
  readonly query: Query
  readonly dataset: Dataset
  /** Events a second at most. */
  readonly perSecond: number
}

/** Never throws, except the reason of `signal`. The messages are pulled: a slow reader slows the indexer's stream. */
export async function openUpstream(
  indexer: InternalClient,
  { query, dataset, perSecond }: TailQuery,
  signal: AbortSignal,
): Promise<Upstream> {
  try {
    const response = await indexer.call('/internal/tail', {
      signal,
      body: { query: print(query), dataset, per_second: perSecond },
    })
    if (response.ok && response.body !== null) {
      const text = response.body.pipeThrough(new TextDecoderStream())
      return { state: 'open', messages: text.pipeThrough(new EventSourceParserStream()) }
    }
    const error = await passedOn(indexer.app, response)
    return error.status < 500 ? { state: 'refused', error } : { state: 'away', reason: error.message }
  } catch (error) {
    if (signal.aborted || !(error instanceof AppError)) throw error
    return { state: 'away', reason: error.message }
  }
}
