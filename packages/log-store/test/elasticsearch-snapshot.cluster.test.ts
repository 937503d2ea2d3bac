import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { startElasticsearch } from '../../../scripts/stack/elasticsearch.ts'
import { batchOf, draft, EVER, query, RECENT, receipt } from '../src/contract/store-under-test.ts'
import { openElasticsearchReader, openElasticsearchWriter } from '../src/elasticsearch/index.ts'
import type { IdempotentWriter } from '../src/port.ts'
import { storedIds } from './elasticsearch/stored-documents.ts'

const BATCHES = Array.from({ length: 60 }, (_, number) => `b${String(number).padStart(2, '0')}`)
const EVENTS_A_BATCH = 40
const idsOf = (batch: string) =>
  Array.from({ length: EVENTS_A_BATCH }, (_, index) => `${batch}-${String(index).padStart(6, '0')}`)
const Indices = z.array(z.object({ index: z.string() }))
const Snapshot = z.object({ snapshot: z.object({ state: z.string() }) })

/** A command of docs/operations.md, as a request. */
interface Command {
  readonly method: string
  readonly path: string
  readonly body: string
}

/** The commands of the documentation whose path begins so, in their order. */
async function documented(): Promise<readonly Command[]> {
  const text = await readFile(new URL('../../../docs/operations.md', import.meta.url), 'utf8')
  const command =
    /^curl -fsS -X (?<method>\w+) "\$ELASTICSEARCH_URL(?<path>\/_snapshot\/[^"]*)" .* -d '(?<body>[^']*)'$/gm
  return Array.from(text.matchAll(command), ({ groups }) =>
    z.object({ method: z.string(), path: z.string(), body: z.string() }).parse(groups),
  )
}

test('a snapshot that is taken while logs come in is restored as docs/operations.md says, and what Kafka still has is stored once again', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'heartwood-elasticsearch-'))
  const repository = join(dataDir, 'snapshots')
  await using _folder = {
    [Symbol.asyncDispose]: () => rm(dataDir, { recursive: true, force: true, maxRetries: 3 }),
  }
  await using server = await startElasticsearch({
    ...{ own: true, dataDir, heapMb: 512, settings: { 'path.repo': repository } },
  })
  const { address } = server
  const ask = async ({ method, path, body }: Command): Promise<unknown> => {
    const answer = await fetch(`${address}${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body !== '' && { body }),
    })
    expect(answer.ok, `${method} ${path}: ${await answer.clone().text()}`).toBe(true)
    return answer.json()
  }
  const open = (prefix: string, period: 'day' | 'month') =>
    openElasticsearchWriter({
      ...{ address: { nodes: [address] }, prefix, period, shards: 2, replicas: 0, retentionDays: 30 },
    })
  const [register, take, restore] = await documented()
  if (register === undefined || take === undefined || restore === undefined)
    throw new Error('docs/operations.md does not say how a snapshot is taken and restored')

  const body = register.body.replace(/"location":"[^"]*"/, `"location":${JSON.stringify(repository)}`)
  expect(body).toContain(repository)
  await ask({ ...register, body })
  {
    const writer = open('logs-', 'day')
    const audit = open('heartwood-audit-', 'month')
    await audit.write({ events: batchOf([draft('audited')]), settle: () => settled('audited') })
    await writer.write({ events: batchOf([draft('gone')]), settle: () => settled('gone') })
    expect(await writer.delete({ query: query('gone'), range: EVER, acceptedBefore: RECENT + 1n })).toEqual({
      deleted: 1,
    })
    // The snapshot is taken in the middle: of one index it has what was written before, of another what came later.
    let taken: Promise<unknown> | undefined
    for (const [place, batch] of BATCHES.entries()) {
      if (place === 20) taken = ask(take)
      await store(writer, batch)
    }
    expect(Snapshot.parse(await taken).snapshot.state).toBe('SUCCESS')
    await writer.close()
    await audit.close()
  }

  const there = Indices.parse(
    await ask({ method: 'GET', path: '/_cat/indices/logs-*,heartwood-*?format=json&h=index', body: '' }),
  )
  const names = there.map(({ index }) => index).join(',')
  await ask({ method: 'DELETE', path: `/${names}`, body: '' })
  await ask(restore)
  const restored = await storedIds(address, 'logs-')
  expect(restored.count).toBeGreaterThanOrEqual(20 * EVENTS_A_BATCH)
  expect(new Set(restored.ids).size).toBe(restored.count)

  // The group is set back: all comes again, and what the store has of it is absorbed.
  const writer = open('logs-', 'day')
  // A receipt could be of a batch that the snapshot has none of: then it would be taken for stored.
  expect(await writer.receipts(BATCHES)).toEqual(new Map())
  await writer.write({ events: batchOf([draft('gone')]), settle: () => settled('gone') })
  for (let time = 0; time < 2; time++) {
    for (const batch of BATCHES) if ((await writer.receipts([batch])).size === 0) await store(writer, batch)
    expect(await storedIds(address, 'logs-')).toEqual({
      count: BATCHES.length * EVENTS_A_BATCH,
      ids: BATCHES.flatMap(idsOf),
    })
  }
  for (const batch of BATCHES) await store(writer, batch)
  await writer.close()

  const reader = openElasticsearchReader({ address: { nodes: [address] }, prefix: 'logs-' })
  await reader.refresh()
  const count = (text: string) => reader.count({ query: query(text), range: EVER })
  expect([await count('*'), await count('b07'), await count('gone')]).toEqual([
    BATCHES.length * EVENTS_A_BATCH,
    EVENTS_A_BATCH,
    0,
  ])
  await reader.close()
  const audited = openElasticsearchReader({ address: { nodes: [address] }, prefix: 'heartwood-audit-' })
  await audited.refresh()
  expect((await audited.event('audited'))?.id).toBe('audited')
  await audited.close()
})

function store(writer: IdempotentWriter, batch: string): Promise<void> {
  return writer.write({ events: batchOf(idsOf(batch).map((id) => draft(id))), settle: () => settled(batch) })
}

/** What is stored behind the events of a batch: that it is there. */
function settled(batch: string) {
  return { deadLetters: [], receipts: [receipt(batch, { events: EVENTS_A_BATCH })], replayed: [] }
}
