import { once } from 'node:events'
import { createServer } from 'node:http'
import { expect, test } from 'vitest'
import { httpProxy } from '../cluster/http-proxy.ts'

test('an answer that the server breaks off ends for the client too, which would wait for the rest of it otherwise', async () => {
  await using server = createServer(({ url }, response) => {
    if (url === '/whole') {
      response.end('all of it')
      return
    }
    response.writeHead(200, { 'content-length': '100' })
    response.write('half', () => response.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  await using proxy = await httpProxy(`http://127.0.0.1:${address.port}`, (passage) => passage.pass())
  expect(await (await fetch(`${proxy.url}/whole`)).text()).toBe('all of it')
  const half = await fetch(proxy.url)
  await expect(half.text()).rejects.toThrow()
})
