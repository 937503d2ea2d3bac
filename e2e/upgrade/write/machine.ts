import { cp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { RecordHeader } from '@heartwood/event'
import { parse } from '@heartwood/query-lang'
import {
  type DataFolder,
  dataFolder,
  EVERYTHING,
  indexed,
  jsonHeader,
  RECEIVED,
  runIndexer,
} from '../../../apps/indexer/test/running-indexer.ts'
import type { Expected } from '../files.ts'

const JSON_LINES = [
  '{"time":"2024-06-15T11:59:58.123456789Z","level":"error","service":"checkout","msg":"payment failed for user-42","trace_id":"5af7183fb1d4cf5f99aa0102030405ff","status":502,"big":9007199254740993,"ratio":0.25,"ok":false}',
  '{"time":"2024-06-14T08:00:00Z","level":"info","service":"cart","msg":"Grüße 你好 🦫 \\"quoted\\"","tags":["a","b"],"items":[{"sku":"x1","n":2}],"nested":{"deep":{"key":"value"}}}',
  '{"time":"2024-06-15T11:59:59Z","level":"warn","service":"checkout","msg":"slow","status":"late","host":{"name":"node-1"},"kubernetes":{"pod":{"name":"checkout-1"},"namespace":"shop"}}',
  'a line that is no JSON',
]
const TEXT_LINES = [
  '2024-06-15T11:00:00Z ERROR [main] com.example.Shop - cannot reserve',
  'java.lang.IllegalStateException: out of stock',
  '\tat com.example.Shop.reserve(Shop.java:42)',
  '192.0.2.7 - - [15/Jun/2024:11:30:00 +0000] "GET /cart HTTP/1.1" 200 512',
]

/**
 * Queue and store of one machine: segments of several days in shards of a checkpoint and behind it, receipts, a dead letter, a
 * delete; and in the queue records of each version that nobody has indexed, one of them a resend.
 */
export async function writeMachine(into: string): Promise<Expected> {
  await using folder = await dataFolder()
  {
    await using run = await runIndexer(folder)
    await folder.publish('json', JSON_LINES)
    await publishText(folder, 'text')
    await folder.publish('gone', [
      '{"service":"gone","msg":"to be deleted"}',
      '{"service":"kept","msg":"stays"}',
    ])
    // It says that it has more records than are there.
    const short = Buffer.from('{"msg":"one of three"}')
    await folder.publisher.publish('sender', jsonHeader('short', 3, short.length), short)
    await indexed(run)
    const query = parse('service:gone').query
    await run.writer.delete({ query, range: EVERYTHING, acceptedBefore: RECEIVED + 1n })
  }
  // Who opens it writes a checkpoint.
  await (await runIndexer(folder))[Symbol.asyncDispose]()
  {
    await using run = await runIndexer(folder)
    await folder.publish('behind the checkpoint', ['{"level":"fatal","service":"cart","msg":"later"}'])
    await indexed(run)
  }
  await folder.publish('json', JSON_LINES)
  await folder.publish('waiting', ['{"service":"queue","msg":"nobody has indexed it"}'])
  const part = Buffer.from('{"service":"queue","msg":"the third of its batch"}')
  const second: RecordHeader = { ...jsonHeader('part', 1, part.length), version: 2, first_index: 2 }
  await folder.publisher.publish('other', second, part)
  await folder.publisher.close()
  for (const part of ['queue', 'store'])
    await cp(join(folder.dir, part), join(into, part), { recursive: true })
  // Room on the disk, which every start makes anew.
  await rm(join(into, 'store', 'ballast'), { force: true })
  return foundIn(into)
}

async function publishText(folder: DataFolder, batchId: string): Promise<void> {
  const text = TEXT_LINES.join('\n')
  const header: RecordHeader = {
    ...jsonHeader(batchId, TEXT_LINES.length, Buffer.byteLength(text)),
    ...{ door: 'text', framing: 'text', encoding: 'gzip' },
    defaults: { service: 'plain', environment: 'test' },
  }
  await folder.publisher.publish('other', header, gzipSync(text))
}

/** What this version finds when it goes on with a copy. */
export async function foundIn(dir: string): Promise<Expected> {
  await using folder = await dataFolder(dir)
  await using run = await runIndexer(folder)
  await indexed(run)
  const { events, deadLetters } = await folder.found()
  return { events, deadLetters: deadLetters.map(({ id }) => id) }
}
