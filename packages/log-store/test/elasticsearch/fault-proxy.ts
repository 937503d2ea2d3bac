import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { onLoopback } from '../../../../scripts/stack/on-loopback.ts'

/** What a proxy does with a request. */
export type Fault =
  | 'none'
  /** 429 without asking Elasticsearch. */
  | 'too_many'
  /** Elasticsearch does it, and its answer is lost with the connection. */
  | 'answer_lost'
  /** The connection is cut before Elasticsearch hears of it. */
  | 'request_lost'
  /** Of a bulk every second operation is turned away with 429, the others are done. */
  | 'half_too_many'

export interface FaultProxy extends AsyncDisposable {
  readonly url: string
  /** Decided for each request by its path. */
  fault: (path: string) => Fault
  /** How many requests there were of each fault. */
  readonly met: ReadonlyMap<Fault, number>
}

/** A proxy in front of an Elasticsearch. */
export async function faultProxy(target: string): Promise<FaultProxy> {
  const met = new Map<Fault, number>()
  const proxy: { fault: FaultProxy['fault'] } = { fault: () => 'none' }
  const server = createServer((request, response) => {
    const fault = proxy.fault(request.url ?? '')
    met.set(fault, (met.get(fault) ?? 0) + 1)
    handle(target, fault, request, response).catch(() => response.destroy())
  })
  const listening = await onLoopback(server)
  return {
    url: listening.url,
    get fault() {
      return proxy.fault
    },
    set fault(fault) {
      proxy.fault = fault
    },
    met,
    [Symbol.asyncDispose]: () => listening[Symbol.asyncDispose](),
  }
}

async function handle(
  target: string,
  fault: Fault,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await buffer(request)
  switch (fault) {
    case 'request_lost':
      response.destroy()
      return
    case 'too_many':
      send(response, 429, JSON.stringify({ error: { type: 'es_rejected_execution_exception' }, status: 429 }))
      return
    case 'answer_lost':
      await ask(target, request, body)
      response.destroy()
      return
    case 'half_too_many': {
      const { taken, turnedAway } = halved(body.toString())
      const { status, text } = await ask(target, request, Buffer.from(taken))
      send(response, status, merged(text, turnedAway))
      return
    }
    case 'none': {
      const { status, text } = await ask(target, request, body)
      send(response, status, text)
    }
  }
}

async function ask(
  target: string,
  { method = 'GET', url = '', headers }: IncomingMessage,
  body: Buffer,
): Promise<{ status: number; text: string }> {
  const type = headers['content-type']
  const answer = await fetch(target + url, {
    method,
    ...(body.length > 0 && { body: new Uint8Array(body) }),
    headers: { accept: headers.accept ?? '*/*', ...(type !== undefined && { 'content-type': type }) },
  })
  return { status: answer.status, text: await answer.text() }
}

function send(response: ServerResponse, status: number, text: string): void {
  response
    .writeHead(status, {
      'content-type': 'application/vnd.elasticsearch+json;compatible-with=9',
      'x-elastic-product': 'Elasticsearch',
    })
    .end(text)
}

/** The operations of a bulk, every second one taken out: by place, whether it is. */
function halved(bulk: string): { taken: string; turnedAway: readonly boolean[] } {
  const lines = bulk.split('\n')
  const turnedAway: boolean[] = []
  let taken = ''
  for (let line = 0; line < lines.length - 1; ) {
    const isDelete = lines[line]?.startsWith('{"delete"')
    const operation = lines.slice(line, line + (isDelete ? 1 : 2))
    line += operation.length
    turnedAway.push(turnedAway.length % 2 === 1)
    if (turnedAway.length % 2 === 1) taken += `${operation.join('\n')}\n`
  }
  return { taken, turnedAway }
}

function merged(answer: string, turnedAway: readonly boolean[]): string {
  const { items = [] }: { items?: unknown[] } = JSON.parse(answer)
  const busy = { create: { status: 429, error: { type: 'es_rejected_execution_exception', reason: 'busy' } } }
  let next = 0
  const all = turnedAway.map((away) => (away ? busy : (items[next++] ?? { create: { status: 201 } })))
  return JSON.stringify({ errors: turnedAway.includes(true), items: all })
}
