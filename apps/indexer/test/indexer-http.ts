import { accessPolicy } from '@heartwood/access'
import { type App, INTERNAL_HEADER, type Stopper } from '@heartwood/runtime'
import { readSettings } from '@heartwood/settings'
import { createParser, type EventSourceMessage } from 'eventsource-parser'
import { pino } from 'pino'
import { indexerServer } from '../src/indexer-server.ts'
import { RECEIVED, type RunningIndexer } from './running-indexer.ts'

const TOKEN = 'internal-token-of-the-tests'

export interface IndexerHttp extends AsyncDisposable {
  readonly url: string
  /** A request with the internal token. */
  call(path: string, init?: RequestInit): Promise<Response>
  /** The server-sent events of a tail, as they come. */
  tail(query: string): Promise<TailClient>
}

export interface TailClient extends AsyncDisposable {
  /** The next event, or undefined when the stream has ended. */
  next(): Promise<{ event: string; data: unknown } | undefined>
}

/** The routes of a running indexer on a free port. */
export async function serve(run: RunningIndexer): Promise<IndexerHttp> {
  const parts: (() => Promise<void> | void)[] = []
  const settings = readSettings({})
  const access = accessPolicy({ host: '127.0.0.1', token: undefined, allowedHosts: '' })
  if (!settings.ok || !access.ok) throw new Error('the settings of the test are wrong')
  const stopping: Stopper = {
    stopping: false,
    signal: new AbortController().signal,
    add: (_what, stop) => void parts.push(stop),
    stop: async () => undefined,
  }
  const app: App = {
    name: 'indexer',
    settings: settings.settings,
    internalToken: TOKEN,
    access: access.policy,
    log: pino({ level: 'silent' }),
    metrics: run.metrics,
    notReady: run.notReady,
    stopping,
  }
  const tails = new Map([['logs' as const, run.indexer.tails]])
  const { listen } = indexerServer(app, 0, { ...run, tails, now: () => RECEIVED })
  const url = `http://127.0.0.1:${await listen()}`
  const call = (path: string, init: RequestInit = {}) =>
    fetch(url + path, {
      ...init,
      headers: { 'content-type': 'application/json', ...init.headers, [INTERNAL_HEADER]: TOKEN },
    })
  return {
    url,
    call,
    async tail(query) {
      const end = new AbortController()
      const response = await call('/internal/tail', {
        method: 'POST',
        body: JSON.stringify({ query }),
        signal: end.signal,
      })
      if (!response.ok || response.body === null)
        throw new Error(`the tail was refused: ${await response.text()}`)
      return tailClient(response.body, end)
    },
    async [Symbol.asyncDispose]() {
      for (const stop of parts.reverse()) await stop()
    },
  }
}

/** The events of an open stream, as they come. @param end what closes it */
export function tailClient(body: ReadableStream<Uint8Array>, end: AbortController): TailClient {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader()
  const arrived: EventSourceMessage[] = []
  const parser = createParser({ onEvent: (message) => void arrived.push(message) })
  return {
    async next() {
      while (arrived.length === 0) {
        const { done, value } = await reader.read()
        if (done) return undefined
        parser.feed(value)
      }
      const message = arrived.shift()
      return message && { event: message.event ?? 'message', data: JSON.parse(message.data) }
    },
    async [Symbol.asyncDispose]() {
      end.abort()
      await reader.cancel().catch(() => undefined)
    },
  }
}
