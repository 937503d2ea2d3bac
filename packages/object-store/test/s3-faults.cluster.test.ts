import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer, request } from 'node:http'
import { expect, test } from 'vitest'
import { s3Place } from '../../../scripts/stack/s3.ts'
import { sharedServer } from '../../../scripts/stack/shared-server.ts'
import { openS3Objects, type S3Place } from '../src/s3/index.ts'

const body = new TextEncoder().encode('content')

async function placeOf(): Promise<S3Place> {
  return s3Place(await sharedServer('s3'), `t-${randomUUID()}/`)
}

test('a bucket that is not there and credentials that do not fit are refused, and not tried again', async () => {
  const place = await placeOf()
  const credentials = { accessKeyId: 'heartwood', secretAccessKey: 'wrong' }
  for (const wrong of [
    { ...place, bucket: 'not-there' },
    { ...place, credentials },
  ]) {
    const store = openS3Objects(wrong)
    await expect(store.put('key', body)).rejects.toMatchObject({ code: 'refused' })
    await expect(store.get('key')).rejects.toMatchObject({ code: 'refused' })
    await store.close()
  }
})

test('a server that is away is unavailable, and a call that takes too long ends', async () => {
  const place = await placeOf()
  const away = openS3Objects({ ...place, endpoint: 'http://127.0.0.1:9', limitMs: 20_000 })
  await expect(away.get('key')).rejects.toMatchObject({ code: 'unavailable' })
  await away.close()
  await using silent = createServer(() => undefined).listen(0, '127.0.0.1')
  await once(silent, 'listening')
  const slow = openS3Objects({ ...place, endpoint: addressOf(silent), limitMs: 500 })
  await expect(slow.get('key')).rejects.toMatchObject({ code: 'unavailable' })
  await slow.close()
  silent.closeAllConnections()
})

test('an exclusive put whose answer is lost never says that another has stored it', async () => {
  const place = await placeOf()
  await using proxy = losingAnswers(place.endpoint ?? '', 1)
  await once(proxy, 'listening')
  const store = openS3Objects({ ...place, endpoint: addressOf(proxy) })
  await expect(store.put('log/1', body, { exclusive: true })).rejects.toMatchObject({ code: 'unavailable' })
  expect(new TextDecoder().decode(await store.get('log/1'))).toBe('content')
  await expect(store.put('log/1', body, { exclusive: true })).rejects.toMatchObject({ code: 'exists' })
  await store.close()
  proxy.closeAllConnections()
})

/** Hands everything on, and breaks the connection instead of handing back the first answers to a PUT. */
function losingAnswers(target: string, answers: number) {
  let lost = 0
  return createServer((incoming, outgoing) => {
    const { method, url, headers } = incoming
    // The host is part of what is signed, so it goes on as it came.
    const onward = request(new URL(url ?? '/', target), { method, headers }, (answer) => {
      if (method === 'PUT' && lost < answers) {
        lost++
        outgoing.destroy()
        return
      }
      outgoing.writeHead(answer.statusCode ?? 500, answer.headers)
      answer.pipe(outgoing)
    })
    onward.on('error', () => outgoing.destroy())
    incoming.pipe(onward)
  }).listen(0, '127.0.0.1')
}

function addressOf(server: ReturnType<typeof createServer>): string {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return `http://127.0.0.1:${address.port}`
}
