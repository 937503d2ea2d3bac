import {
  ErrorAnswer,
  type LogJson,
  SearchDone,
  type SearchInput,
  type SearchOutput,
  SearchProgress,
  SearchRows,
} from '@heartwood/api'
import { exactIntegers } from '@heartwood/event'
import { EventSourceParserStream } from 'eventsource-parser/stream'

/** What a search has found before it is through. */
export interface FoundSoFar {
  readonly logs: readonly LogJson[]
  /** A search with it goes on from here; null before anything is known. */
  readonly next_cursor: string | null
  readonly progress: SearchProgress | undefined
}

export const NOTHING_YET: FoundSoFar = { logs: [], next_cursor: null, progress: undefined }

/** An error that the API answered, in the shape that `apiErrorOf` reads. */
class SearchFailed extends Error {
  readonly data: { readonly error: ErrorAnswer['error'] }

  constructor({ error }: ErrorAnswer) {
    super(error.message)
    this.name = 'SearchFailed'
    this.data = { error }
  }
}

/**
 * One page of a search, over `GET /api/v1/search/stream` (server-sent events: rows, progress, done, error). `onPart` is
 * told whatever comes, with all that came before. Rejects with what the API answered, and when `signal` aborts, which
 * ends the search on the server too.
 * @param before what an earlier search found that this one goes on behind, its cursor in the question
 */
export async function streamSearch(
  question: SearchInput,
  { url = '/api/v1/search/stream', signal, before, onPart }: StreamOptions,
): Promise<SearchOutput> {
  const response = await fetch(`${url}?${parametersOf(question)}`, {
    headers: { accept: 'text/event-stream' },
    signal,
  })
  if (!response.ok || response.body === null) throw failureOf(await response.json().catch(() => undefined))
  let found = before
  const messages = response.body
    .pipeThrough(new TextDecoderStream())
    .pipeThrough(new EventSourceParserStream())
  const reader = messages.getReader()
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    const { event, data } = next.value
    const payload = jsonOf(data)
    switch (event) {
      case 'rows': {
        const { logs, next_cursor } = SearchRows.parse(payload)
        found = { ...found, logs: [...found.logs, ...logs], next_cursor }
        break
      }
      case 'progress': {
        const progress = SearchProgress.parse(payload)
        found = { ...found, next_cursor: progress.next_cursor, progress }
        break
      }
      case 'done':
        return { ...SearchDone.parse(payload), logs: [...found.logs] }
      case 'error':
        throw failureOf(payload)
    }
    onPart(found)
  }
  throw new Error('the answer ended before it was whole')
}

export interface StreamOptions {
  readonly url?: string | undefined
  readonly signal: AbortSignal
  readonly before: FoundSoFar
  onPart(found: FoundSoFar): void
}

function parametersOf(question: SearchInput): URLSearchParams {
  const parameters = new URLSearchParams()
  for (const [name, value] of Object.entries(question)) {
    if (value !== undefined) parameters.set(name, String(value))
  }
  return parameters
}

function failureOf(answer: unknown): Error {
  const parsed = ErrorAnswer.safeParse(answer)
  return parsed.success ? new SearchFailed(parsed.data) : new Error('the answer could not be read')
}

/** Integers past 2^53 keep their digits. */
function jsonOf(text: string): unknown {
  return /\d{16}/.test(text) ? JSON.parse(text, exactIntegers) : JSON.parse(text)
}
