import { once } from 'node:events'
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'

/**
 * What the proxy does with `_bulk` requests; all others pass. `lose answers`: Elasticsearch carries them out, and the
 * connection ends instead of the answer. `too many`: 429 without asking Elasticsearch. `cut`: the connection ends before
 * anything is sent on.
 */
export type BulkFate = 'pass' | 'lose answers' | 'too many' | 'cut'

export interface ElasticsearchProxy extends AsyncDisposable {
  readonly url: string
  fate: BulkFate
  /** How many `_bulk` requests did not simply pass. */
  readonly spoiled: number
}

/** Stands between the product and Elasticsearch. */
export async function elasticsearchProxy(upstream: string): Promise<ElasticsearchProxy> {
  const target = new URL(upstream)
  let spoiled = 0
  const server = createServer((incoming, outgoing) => {
    const fate = /\/_bulk(?:\?|$)/.test(incoming.url ?? '') ? proxy.fate : 'pass'
    if (fate !== 'pass') spoiled++
    switch (fate) {
      case 'pass':
        return forward(target, incoming, outgoing, (answer) => {
          outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
          answer.pipe(outgoing)
        })
      case 'lose answers':
        return forward(target, incoming, outgoing, (answer) => {
          answer.resume().on('end', () => incoming.socket.destroy())
        })
      case 'too many':
        return refuse(incoming, outgoing)
      case 'cut':
        return void incoming.socket.destroy()
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port')
  const proxy: ElasticsearchProxy = {
    url: `http://127.0.0.1:${address.port}`,
    fate: 'pass',
    get spoiled() {
      return spoiled
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await server[Symbol.asyncDispose]()
    },
  }
  return proxy
}

/** An answer that cannot be had ends the connection, as it would without a proxy. */
function forward(
  target: URL,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  answered: (answer: IncomingMessage) => void,
): void {
  const onward = request({
    host: target.hostname,
    port: target.port,
    method: incoming.method,
    path: incoming.url,
    headers: { ...incoming.headers, host: target.host },
  })
  onward.once('response', answered)
  onward.on('error', () => incoming.socket.destroy())
  outgoing.once('close', () => onward.destroy())
  incoming.pipe(onward)
}

/** As Elasticsearch does when its queue of writes is full. */
function refuse(incoming: IncomingMessage, outgoing: ServerResponse): void {
  incoming.resume().on('end', () => {
    outgoing.writeHead(429, { 'content-type': 'application/json', 'x-elastic-product': 'Elasticsearch' })
    const reason = {
      type: 'es_rejected_execution_exception',
      reason: 'rejected execution of coordinating operation',
    }
    outgoing.end(JSON.stringify({ error: reason, status: 429 }))
  })
}
