import { createServer } from 'node:http'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { onLoopback } from '../../../scripts/stack/on-loopback.ts'
import { connectElasticsearch, saidBy, statusOf } from '../src/elasticsearch/connection.ts'

/** Answers as a node does that has no room for a request, or a proxy before it. */
const BUSY = createServer((request, response) => {
  request.resume().once('end', () => {
    response.writeHead(429, { 'content-type': 'application/json', 'x-elastic-product': 'Elasticsearch' })
    response.end(JSON.stringify({ error: { type: 'es_rejected_execution_exception' }, status: 429 }))
  })
})

/** Where the client keeps what was sent. */
const Sent = z.object({
  meta: z.object({ meta: z.object({ request: z.object({ params: z.object({ body: z.unknown() }) }) }) }),
})

test('an error says what Elasticsearch answered, without a copy of what was sent, and prints nothing of it', async () => {
  await using server = await onLoopback(BUSY)
  const connection = connectElasticsearch({ nodes: [server.url] })
  const body = Buffer.from('{"create":{}}\n{"message":"a secret"}\n')
  const error: unknown = await connection
    .ask({ method: 'POST', path: '/_bulk', body })
    .catch((thrown) => thrown)
  await connection.close()
  expect(statusOf(error)).toBe(429)
  expect(saidBy(error)).toBe('Elasticsearch answered 429: es_rejected_execution_exception')
  expect(Sent.parse(error).meta.meta.request.params.body).toBe(body)
  expect(JSON.stringify(error)).not.toContain('params')
})
