import { createServer, type RequestListener } from 'node:http'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { onLoopback } from '../../../scripts/stack/on-loopback.ts'
import { unhurriedFetch } from '../src/index.ts'

const serverThat = (listener: RequestListener) => onLoopback(createServer(listener))

test('an answer is what fetch would make of it, with the body that was sent', async () => {
  await using echo = await serverThat(async (request, response) => {
    const { method, url, headers } = request
    response.writeHead(409, { 'content-type': 'application/json', 'retry-after': '7' })
    response.end(JSON.stringify({ method, url, type: headers['content-type'], body: await text(request) }))
  })
  const asked = { method: 'POST', headers: { 'content-type': 'text/plain' }, body: 'häß' } as const
  const answers = [await unhurriedFetch(`${echo.url}/x?y=1`, asked), await fetch(`${echo.url}/x?y=1`, asked)]
  for (const answer of answers) {
    expect([answer.status, answer.ok, answer.headers.get('retry-after')]).toEqual([409, false, '7'])
    expect(await answer.json()).toEqual({ method: 'POST', url: '/x?y=1', type: 'text/plain', body: 'häß' })
  }
})

test('an answer without a body is one', async () => {
  await using none = await serverThat((_request, response) => response.writeHead(204).end())
  const answer = await unhurriedFetch(none.url, { method: 'GET', headers: {} })
  expect([answer.status, await answer.text()]).toEqual([204, ''])
})

test('who gives up waiting ends the request at the server too', async () => {
  const asked = Promise.withResolvers<void>()
  const left = Promise.withResolvers<void>()
  await using silent = await serverThat((request) => {
    request.socket.once('close', () => left.resolve())
    asked.resolve()
  })
  const stop = new AbortController()
  const waiting = unhurriedFetch(silent.url, { method: 'POST', headers: {}, body: '{}', signal: stop.signal })
  const ended = expect(waiting).rejects.toMatchObject({ name: 'AbortError' })
  await asked.promise
  stop.abort()
  await Promise.all([ended, left.promise])
})

test('a server that is not there is an error', async () => {
  await using gone = await serverThat(() => undefined)
  await gone[Symbol.asyncDispose]()
  await expect(unhurriedFetch(gone.url, { method: 'GET', headers: {} })).rejects.toMatchObject({
    code: 'ECONNREFUSED',
  })
})
