import { TailLogs } from '@heartwood/api'
import { createParser } from 'eventsource-parser'

/** A live tail as a page follows it. */
export interface FollowedTail extends AsyncDisposable {
  /** Messages in the order they came. */
  readonly messages: readonly string[]
  /** How often it was said that lines may be missing. */
  readonly gaps: () => number
}

/** Follows a query at a page's address; resolves when every indexer has said that it listens. */
export async function followTail(webUrl: string, query: string): Promise<FollowedTail> {
  const ended = new AbortController()
  const messages: string[] = []
  let gaps = 0
  const listening = Promise.withResolvers<void>()
  const response = await fetch(`${webUrl}/api/v1/tail?${new URLSearchParams({ query })}`, {
    signal: ended.signal,
  })
  if (!response.ok || response.body === null) throw new Error(`the tail answers ${response.status}`)
  const parser = createParser({
    onEvent({ event, data }) {
      if (event === 'stats') listening.resolve()
      if (event === 'gap') gaps++
      if (event === 'logs')
        messages.push(...TailLogs.parse(JSON.parse(data)).logs.map(({ message }) => message))
    },
  })
  const text = response.body.pipeThrough(new TextDecoderStream())
  const reading = (async () => {
    for await (const chunk of text) parser.feed(chunk)
  })().catch((error: unknown) => {
    if (!ended.signal.aborted) listening.reject(error)
  })
  await listening.promise
  return {
    messages,
    gaps: () => gaps,
    async [Symbol.asyncDispose]() {
      ended.abort()
      await reading
    },
  }
}
