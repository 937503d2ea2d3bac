import { TailLogs } from '@heartwood/api'
import { ACTOR_HEADER, actorHeader } from '@heartwood/audit'
import { INTERNAL_HEADER } from '@heartwood/runtime'
import { type TailClient, tailClient } from './indexer-http.ts'

export interface AskingQuery {
  /** A tail that is open at the indexers: it has said its counts. */
  tail(parameters: string): Promise<TailClient>
  /** Searches the logs, which is on record. */
  search(text: string): Promise<void>
}

/** Asks a query app as the page's app does for the owner. */
export function asOwner(url: string, token: string): AskingQuery {
  const headers = {
    [INTERNAL_HEADER]: token,
    [ACTOR_HEADER]: actorHeader({ user: 'owner', authentication: 'none' }),
  }
  const get = async (path: string, init: RequestInit = {}): Promise<Response> => {
    const response = await fetch(url + path, { headers, ...init })
    if (!response.ok) throw new Error(`${path} is refused: ${await response.text()}`)
    return response
  }
  return {
    async tail(parameters) {
      const end = new AbortController()
      const { body } = await get(`/api/v1/tail?${parameters}`, { signal: end.signal })
      if (body === null) throw new Error('a tail without a stream')
      const tail = tailClient(body, end)
      for (;;) {
        const message = await tail.next()
        if (message === undefined) throw new Error('the tail ended')
        if (message.event === 'stats') return tail
      }
    },
    async search(text) {
      await get(`/api/v1/search?query=${encodeURIComponent(text)}`)
    },
  }
}

/** What a tail shows, until an event with this message. */
export async function messagesUntil(tail: TailClient, last: string): Promise<string[]> {
  const messages: string[] = []
  while (!messages.includes(last)) {
    const message = await tail.next()
    if (message === undefined) throw new Error(`the tail ended behind ${messages.join(', ')}`)
    if (message.event === 'logs')
      messages.push(...TailLogs.parse(message.data).logs.map((log) => log.message))
  }
  return messages
}
