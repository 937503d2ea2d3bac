import { randomBytes, randomUUID } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { ListMultipartUploadsCommand } from '@aws-sdk/client-s3'
import { expect, test } from 'vitest'
import { type HttpProxy, httpProxy } from '../../../e2e/cluster/http-proxy.ts'
import { onLoopback } from '../../../scripts/stack/on-loopback.ts'
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
  await using silent = await onLoopback(createServer(() => undefined))
  const slow = openS3Objects({ ...place, endpoint: silent.url, limitMs: 500 })
  await expect(slow.get('key')).rejects.toMatchObject({ code: 'unavailable' })
  await slow.close()
})

test('an exclusive put whose answer is lost never says that another has stored it', async () => {
  const place = await placeOf()
  await using proxy = await losingAnswers(place.endpoint ?? '', 1)
  const store = openS3Objects({ ...place, endpoint: proxy.url })
  await expect(store.put('log/1', body, { exclusive: true })).rejects.toMatchObject({ code: 'unavailable' })
  expect(new TextDecoder().decode(await store.get('log/1'))).toBe('content')
  await expect(store.put('log/1', body, { exclusive: true })).rejects.toMatchObject({ code: 'exists' })
  await store.close()
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

    await using some = await breakingUploads(place.endpoint ?? '', 2)
    const store = openS3Objects({ ...place, endpoint: some.url })
    await store.putFile('file', path)
    expect(Buffer.compare(Buffer.from(await store.get('file')), content)).toBe(0)
    await store.close()

    await using every = await breakingUploads(place.endpoint ?? '', Number.POSITIVE_INFINITY)
    const broken = openS3Objects({ ...place, endpoint: every.url, limitMs: 20_000 })
    await expect(broken.putFile('other', path)).rejects.toMatchObject({ code: 'unavailable' })
    const { bucket: Bucket, prefix: Prefix } = place
    expect(await broken.size('other')).toBeUndefined()
    const client = s3Client(place)
    expect((await client.send(new ListMultipartUploadsCommand({ Bucket, Prefix }))).Uploads ?? []).toEqual([])
    client.destroy()
    await broken.close()
  },
)

/** The connections of the first uploads end half-way. */
function breakingUploads(target: string, uploads: number): Promise<HttpProxy> {
  let broken = 0
  return httpProxy(target, (passage) =>
    passage.method === 'PUT' && broken++ < uploads ? passage.breakHalfWay() : passage.pass(),
  )
}

/** The first answers to a PUT are lost. */
function losingAnswers(target: string, answers: number): Promise<HttpProxy> {
  let lost = 0
  return httpProxy(target, (passage) =>
    passage.method === 'PUT' && lost++ < answers ? passage.loseAnswer() : passage.pass(),
  )
}
