import { randomBytes, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { createServer, request } from 'node:http'
import { join } from 'node:path'
import { ListMultipartUploadsCommand } from '@aws-sdk/client-s3'
import { expect, test } from 'vitest'
import { s3Place } from '../../../scripts/stack/s3.ts'
import { sharedServer } from '../../../scripts/stack/shared-server.ts'
import { openS3Objects, type S3Place } from '../src/s3/index.ts'
import { s3Client } from '../src/s3/s3-calls.ts'
import { temporaryDirectory } from './temporary-directory.ts'

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

test.each([
  ['of one call', 6 * 1024 * 1024],
  ['in parts', 40 * 1024 * 1024],
])(
  'an upload %s that breaks half-way is tried again and whole; one that always breaks leaves nothing behind',
  async (_, bytes) => {
    const place = await placeOf()
    await using folder = await temporaryDirectory()
    const path = join(folder.path, 'file')
    const content = randomBytes(bytes)
    await writeFile(path, content)

    await using some = breakingUploads(place.endpoint ?? '', 2)
    await once(some, 'listening')
    const store = openS3Objects({ ...place, endpoint: addressOf(some) })
    await store.putFile('file', path)
    expect(Buffer.compare(Buffer.from(await store.get('file')), content)).toBe(0)
    await store.close()
    some.closeAllConnections()

    await using every = breakingUploads(place.endpoint ?? '', Number.POSITIVE_INFINITY)
    await once(every, 'listening')
    const broken = openS3Objects({ ...place, endpoint: addressOf(every), limitMs: 20_000 })
    await expect(broken.putFile('other', path)).rejects.toMatchObject({ code: 'unavailable' })
    const { bucket: Bucket, prefix: Prefix } = place
    expect(await broken.size('other')).toBeUndefined()
    const client = s3Client(place)
    expect((await client.send(new ListMultipartUploadsCommand({ Bucket, Prefix }))).Uploads ?? []).toEqual([])
    client.destroy()
    await broken.close()
    every.closeAllConnections()
  },
)

/** Hands everything on but the second half of the first uploads, whose connections it breaks. */
function breakingUploads(target: string, uploads: number) {
  let broken = 0
  return createServer((incoming, outgoing) => {
    const { method, url, headers } = incoming
    const onward = request(new URL(url ?? '/', target), { method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 500, answer.headers)
      answer.pipe(outgoing)
    })
    onward.on('error', () => outgoing.destroy())
    const half = Number(headers['content-length'] ?? 0) / 2
    if (method !== 'PUT' || half < 100_000 || broken >= uploads) {
      incoming.pipe(onward)
      return
    }
    broken++
    let passed = 0
    incoming.on('data', (chunk: Buffer) => {
      passed += chunk.length
      if (passed < half) onward.write(chunk)
      else {
        onward.destroy()
        incoming.destroy()
      }
    })
  }).listen(0, '127.0.0.1')
}

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
