import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from '@elastic/elasticsearch'
import { decodeRecord } from '@heartwood/doors'
import { rowsOf } from '@heartwood/event'
import { openDiskConsumer, openDiskPublisher, type QueueItem } from '@heartwood/queue'
import { expect, test } from 'vitest'
import { NOW, runningIngest } from './running-ingest.ts'

const BULK = [
  '{"create":{"_index":"logs-app-prod"}}',
  '{"message":"one"}',
  '{"index":{"_index":"logs-app-prod","_id":"own-7"},"attempts":0}',
  '{"message":"two"}',
  '{"destroy":{}}',
  '{"message":"belongs to no action"}',
  '{"create":{"_index":"logs-app-prod","_id":"bad"}}',
  '{"message": "cut o',
  '{"update":{"_index":"logs-app-prod","_id":"u"}}',
  '{"doc":{"message":"three"},"doc_as_upsert":true}',
  '{"delete":{"_index":"logs-app-prod","_id":"own-7"}}',
  '',
].join('\r\n')

test('a bulk request is answered item by item in order, and bad documents harm no other', async () => {
  await using ingest = await runningIngest()
  const answer = await ingest.post('/_bulk', BULK, { 'content-type': 'application/json; charset=utf-8' })
  expect([answer.status, answer.headers.get('x-elastic-product')]).toEqual([200, 'Elasticsearch'])
  expect(answer.headers.get('content-type')).toMatch('application/json')
  const text = await answer.text()
  const batch = answer.headers.get('x-heartwood-batch')
  const created = { _index: 'logs-app-prod', _version: 1, result: 'created', status: 201 }
  expect(JSON.parse(text)).toEqual({
    took: expect.any(Number),
    errors: true,
    items: [
      { create: { ...created, _id: `${batch}-000000` } },
      { index: { ...created, _id: 'own-7' } },
      {
        index: expect.objectContaining({
          status: 400,
          error: expect.objectContaining({ type: 'illegal_argument_exception' }),
        }),
      },
      {
        create: {
          _index: 'logs-app-prod',
          _id: 'bad',
          status: 400,
          error: { type: 'document_parsing_exception', reason: expect.any(String) },
        },
      },
      { update: { ...created, _id: 'u' } },
      { delete: expect.objectContaining({ status: 400 }) },
    ],
  })
  expect(text).toContain('"errors":true,"items":[')
  const [decoded] = await ingest.batches()
  const events = decoded === undefined ? [] : [...rowsOf(decoded)]
  expect(events.map(({ id, attributes }) => [id, { ...attributes }])).toEqual([
    [`${batch}-000000`, { _index: 'logs-app-prod', message: 'one' }],
    [`${batch}-000001`, { _index: 'logs-app-prod', _id: 'own-7', message: 'two' }],
    [`${batch}-000004`, { _index: 'logs-app-prod', _id: 'u', message: 'three' }],
  ])
})

test('a bulk request of nothing but bad documents is still HTTP 200, and stores nothing', async () => {
  await using ingest = await runningIngest()
  const answer = await ingest.post('/_bulk', 'one\ntwo\nthree\n')
  const { errors, items } = (await answer.json()) as {
    errors: boolean
    items: { index: { status: number } }[]
  }
  expect([answer.status, errors, items.map(({ index }) => index.status)]).toEqual([200, true, [400, 400]])
  expect(await ingest.records()).toEqual([])
})

test('the index of the URL holds where the action names none', async () => {
  await using ingest = await runningIngest()
  const answer = await ingest.post(
    '/filebeat-8.1/_bulk?service=shop',
    '{"index":{}}\n{"a":1}\n{"index":null}\n{"a":2}',
  )
  expect(await answer.json()).toMatchObject({
    errors: false,
    items: [{ index: { _index: 'filebeat-8.1' } }, { index: { _index: 'filebeat-8.1' } }],
  })
  const [batch] = await ingest.batches()
  expect(batch === undefined ? [] : [...rowsOf(batch)]).toMatchObject([
    { service: 'shop', attributes: { _index: 'filebeat-8.1', a: 1 } },
    { service: 'shop', attributes: { _index: 'filebeat-8.1', a: 2 } },
  ])
})

test.each([
  ['errors,items.*.error,items.*.status', '{"errors":false,"items":[{"create":{"status":201}}]}'],
  ['errors,items.*.error', '{"errors":false}'],
  ['items.create.result', '{"items":[{"create":{"result":"created"}}]}'],
  ['-took,-items', '{"errors":false}'],
  ['**.status', '{"items":[{"create":{"status":201}}]}'],
])('filter_path=%s leaves exactly that', async (filter, expected) => {
  await using ingest = await runningIngest()
  const answer = await ingest.post(
    `/_bulk?filter_path=${encodeURIComponent(filter)}`,
    '{"create":{}}\n{"a":1}\n',
  )
  expect(await answer.text()).toBe(expected)
})

test('one document at a time is taken as Elasticsearch takes it, also over several lines', async () => {
  await using ingest = await runningIngest()
  const send = async (method: string, path: string, body: string) => {
    const answer = await fetch(ingest.url + path, { method, body })
    return [answer.status, await answer.json()]
  }
  expect(await send('POST', '/app/_doc', '{\n  "message": "a b"\n}\n')).toMatchObject([
    201,
    { _index: 'app', _id: expect.stringMatching(/-000000$/), result: 'created' },
  ])
  expect(await send('PUT', '/app/_doc/d1', '{"message":"two"}')).toMatchObject([201, { _id: 'd1' }])
  expect(await send('PUT', '/app/_create/d%2F2', '{"message":"three"}')).toMatchObject([201, { _id: 'd/2' }])
  expect(await send('POST', '/app/_doc', 'no document')).toMatchObject([
    400,
    { error: { type: 'document_parsing_exception' } },
  ])
  const events = (await ingest.batches()).flatMap((batch) => [...rowsOf(batch)])
  const seen = events.map(({ attributes }) => [attributes._index, attributes._id, attributes.message])
  expect(seen).toHaveLength(3)
  expect(seen).toEqual(
    expect.arrayContaining([
      ['app', undefined, 'a b'],
      ['app', 'd1', 'two'],
      ['app', 'd/2', 'three'],
    ]),
  )
})

test('the calls clients make before they send are answered, each with the product header', async () => {
  await using ingest = await runningIngest()
  const ask = async (method: string, path: string, body?: string) => {
    const answer = await fetch(ingest.url + path, { method, ...(body !== undefined && { body }) })
    expect(answer.headers.get('x-elastic-product')).toBe('Elasticsearch')
    const text = await answer.text()
    return [answer.status, text === '' ? undefined : JSON.parse(text)]
  }
  expect(await ask('GET', '/')).toMatchObject([
    200,
    { version: { number: '8.19.0', build_flavor: 'default' }, tagline: 'You Know, for Search' },
  ])
  expect(await ask('GET', '/_license?human=false')).toMatchObject([
    200,
    { license: { status: 'active', type: 'basic', uid: expect.any(String) } },
  ])
  expect(await ask('GET', '/_cluster/health?wait_for_status=yellow')).toMatchObject([
    200,
    { status: 'green' },
  ])
  for (const path of ['/', '/_index_template/logs', '/any-alias'])
    expect(await ask('HEAD', path)).toEqual([200, undefined])
  for (const path of [
    '/_ilm/policy/filebeat',
    '/_index_template/filebeat-8',
    '/_data_stream/filebeat-8',
    '/_ingest/pipeline/filebeat-*',
    '/_nodes/http',
    '/_logstash/pipeline/main',
  ])
    expect(await ask('GET', path)).toEqual([200, {}])
  for (const path of [
    '/_ilm/policy/filebeat',
    '/_index_template/t',
    '/_data_stream/d',
    '/_ingest/pipeline/p',
  ])
    expect(await ask('PUT', path, '{"policy":{}}')).toEqual([200, { acknowledged: true }])
  expect((await ask('GET', '/logs/_search'))[0]).toBe(404)
})

test('a request refused as a whole has the shape Elasticsearch clients read', async () => {
  const token = 't'.repeat(32)
  await using ingest = await runningIngest({
    env: { HEARTWOOD_ACCESS_TOKEN: token, HEARTWOOD_MAX_BODY_MB: '1' },
  })
  const basic = `Basic ${Buffer.from(`elastic:${token}`).toString('base64')}`
  const apiKey = `ApiKey ${Buffer.from(`id:${token}`).toString('base64')}`
  const send = async (authorization: string | undefined, body: string) => {
    const answer = await ingest.post(
      '/logs/_bulk',
      body,
      authorization === undefined ? {} : { authorization },
    )
    return [answer.status, await answer.json()]
  }
  expect(await send(undefined, BULK)).toMatchObject([
    401,
    { error: { type: 'security_exception' }, status: 401 },
  ])
  expect(await send(basic, BULK)).toMatchObject([200, { errors: true }])
  expect(await send(apiKey, BULK)).toMatchObject([200, { errors: true }])
  expect(await send(`Bearer ${token}`, BULK)).toMatchObject([200, { errors: true }])
  expect(await send(basic, `{"index":{}}\n{"a":"${'x'.repeat(1024 * 1024)}"}`)).toMatchObject([
    413,
    { error: { type: 'content_too_long_exception', reason: expect.any(String) }, status: 413 },
  ])
})

test('the real client can do all that belongs to sending', async () => {
  await using ingest = await runningIngest()
  const client = new Client({ node: ingest.url })
  expect(await client.ping()).toBe(true)
  expect((await client.info()).version.number).toBe('8.19.0')
  expect((await client.cluster.health()).status).toBe('green')
  expect((await client.license.get()).license.status).toBe('active')
  expect(await client.indices.putIndexTemplate({ name: 't', index_patterns: ['logs-*'] })).toEqual({
    acknowledged: true,
  })
  expect(await client.ilm.putLifecycle({ name: 'p' })).toEqual({ acknowledged: true })
  expect(await client.indices.createDataStream({ name: 'logs-app-prod' })).toEqual({ acknowledged: true })
  expect(await client.index({ index: 'app', document: { message: 'one' } })).toMatchObject({
    result: 'created',
    _index: 'app',
  })
  expect(await client.create({ index: 'app', id: 'own', document: { message: 'two' } })).toMatchObject({
    _id: 'own',
  })
  const dropped: unknown[] = []
  const result = await client.helpers.bulk({
    datasource: [{ message: 'fine' }, { message: 'x'.repeat(1024 * 1024) }, { message: 'fine too' }],
    onDocument: () => ({ index: { _index: 'app' } }),
    onDrop: ({ status }) => dropped.push(status),
  })
  expect([result.successful, result.failed, dropped]).toEqual([2, 1, [400]])
  await client.close()
  expect((await ingest.batches()).reduce((sum, batch) => sum + batch.length, 0)).toBe(4)
})

test('more actions than one answer can list are refused as a whole, so that the client splits them', async () => {
  await using ingest = await runningIngest()
  expect((await ingest.post('/_bulk', '{"index":{}}\n{}\n'.repeat(250_000))).status).toBe(200)
  const answer = await ingest.post('/_bulk', '{"index":{}}\n{}\n'.repeat(250_001))
  expect([answer.status, await answer.json()]).toMatchObject([413, { status: 413 }])
  expect(await ingest.records()).toHaveLength(1)
})

test('the real client indexes through the disk queue, and every document is in it', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'heartwood-ingest-'))
  await using _folder = { [Symbol.asyncDispose]: () => rm(dir, { recursive: true, force: true }) }
  const publisher = await openDiskPublisher({ dir, partitions: 2, reserveBytes: 0 })
  {
    await using ingest = await runningIngest({ publisher })
    const client = new Client({ node: ingest.url, compression: true })
    const serials = Array.from({ length: 5_000 }, (_, serial) => ({ serial, message: `event ${serial}` }))
    const result = await client.helpers.bulk({
      datasource: serials,
      flushBytes: 50_000,
      concurrency: 4,
      onDocument: () => ({ create: { _index: 'logs-app-prod' } }),
    })
    expect(result).toMatchObject({ total: 5_000, successful: 5_000, failed: 0 })
    expect(await client.indices.existsIndexTemplate({ name: 'x' })).toBe(true)
    const answer = await client.bulk({
      operations: [{ index: { _index: 'i' } }, { serial: 5_000 }, { delete: { _index: 'i', _id: '1' } }],
    })
    expect([answer.errors, answer.items.map((item) => Object.values(item)[0]?.status)]).toEqual([
      true,
      [201, 400],
    ])
    await client.close()
  }
  await publisher.close()
  const found = (await recordsOnDisk(dir)).flatMap(({ batch }) => [...rowsOf(batch)])
  expect(found.map(({ attributes }) => attributes.serial).sort((a, b) => Number(a) - Number(b))).toEqual(
    Array.from({ length: 5_001 }, (_, serial) => serial),
  )
})

async function recordsOnDisk(dir: string) {
  const consumer = await openDiskConsumer({ dir })
  const items: Extract<QueueItem, { kind: 'record' }>[] = []
  for (let partition = 0; partition < consumer.partitions; partition++) {
    const end = await consumer.end(partition)
    if (end === null) continue
    for await (const found of consumer.consume(partition, null, AbortSignal.timeout(10_000))) {
      expect(found.every(({ kind }) => kind === 'record')).toBe(true)
      for (const item of found) if (item.kind === 'record') items.push(item)
      if ((found.at(-1)?.position ?? 0n) >= end) break
    }
  }
  await consumer.close()
  return Promise.all(items.map(({ header, body }) => decodeRecord(header, body, NOW)))
}
