import { createServer } from 'node:http'
import { expect, test } from 'vitest'
import { onLoopback } from '../../scripts/stack/on-loopback.ts'
import { httpProxy } from '../cluster/http-proxy.ts'

test('an answer that the server breaks off ends for the client too, which would wait for the rest of it otherwise', async () => {
  const breaking = createServer(({ url }, response) => {
    if (url === '/whole') {
      response.end('all of it')
      return
    }
    response.writeHead(200, { 'content-length': '100' })
    response.write('half', () => response.destroy())
  })
  await using server = await onLoopback(breaking)
  await using proxy = await httpProxy(server.url, (passage) => passage.pass())
  expect(await (await fetch(`${proxy.url}/whole`)).text()).toBe('all of it')
  const half = await fetch(proxy.url)
  await expect(half.text()).rejects.toThrow()
})
