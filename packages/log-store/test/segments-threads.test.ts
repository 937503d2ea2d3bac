import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { MessageChannel } from 'node:worker_threads'
import type { EventDraft } from '@heartwood/event'
import { parse } from '@heartwood/query-lang'
import { describe, expect, it } from 'vitest'
import { connectSegmentsAppender } from '../src/segments/append/connect-appender.ts'
import { type DurableFiles, localFiles } from '../src/segments/files/durable-files.ts'
import { openSegmentsWriter } from '../src/segments/open-writer.ts'
import type { SegmentsLogWriter } from '../src/segments/writer.ts'
import { AppenderThread } from './segments/appender-thread.ts'
import {
  appendOf,
  batchOf,
  contentOf,
  eventsOf,
  MIDNIGHT,
  temporaryFolder,
  viewOf,
} from './segments/store-content.ts'

const DAY = 86_400_000_000_000n
const EVER = { from: MIDNIGHT - 10n * DAY, to: MIDNIGHT + 10n * DAY }

const open = (dir: string) =>
  openSegmentsWriter({ dir, retentionDays: 30, maxBytes: 1e9, ballastBytes: 0, now: () => MIDNIGHT })

const event = (id: string, more: Partial<EventDraft> = {}): EventDraft => ({
  id,
  timestamp: MIDNIGHT,
  observed_at: MIDNIGHT,
  message: 'line',
  ...more,
})

/** An appender at the other end of a port, in this thread: so that its files can be of any kind. */
async function lent(writer: SegmentsLogWriter, files: DurableFiles = localFiles) {
  const { port1, port2 } = new MessageChannel()
  writer.lend(port1)
  return { port: port2, appender: await connectSegmentsAppender(port2, { files }) }
}

/** Resolves when a condition holds that the store brings about by itself. */
async function soon(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setImmediate(resolve))
}

describe('threads that append to one store', () => {
  it('commit each their own partitions beside each other, with columns that none has twice', async () => {
    await using folder = await temporaryFolder()
    const { dir } = folder
    const writer = await open(dir)
    await using one = new AppenderThread()
    await using other = new AppenderThread()
    const appenders = await Promise.all([one.connect(writer), other.connect(writer), one.connect(writer)])
    const batch = (partition: number, to: number) =>
      Array.from({ length: 5 }, (_, index) =>
        event(`p${partition}t${to}-${index}`, {
          // The same new keys come up in all of them at once.
          attributes: { [`key${to}`]: index, [`own${partition}-${to % 3}`]: 'x' },
        }),
      )
    await Promise.all(
      appenders.map(async (appender, partition) => {
        for (let to = 1; to <= 8; to++) {
          const drafts = batch(partition, to)
          const from = to === 1 ? null : BigInt(to - 1)
          await appender.show({ partition, from, to: BigInt(to), events: batchOf(drafts) })
          await appender.append(appendOf(partition, BigInt(to), drafts, `p${partition}t${to}`))
          expect(await appender.positionInThread(partition)).toBe(BigInt(to))
          expect(await appender.seenBatches(partition, [`p${partition}t${to}`])).toHaveProperty('size', 1)
        }
      }),
    )
    await Promise.all(appenders.map((appender) => appender.close()))
    await writer.close()
    const { events, positions } = await contentOf(dir)
    expect(positions).toEqual([
      [0, 8n],
      [1, 8n],
      [2, 8n],
    ])
    expect(events).toHaveLength(3 * 8 * 5)
    const again = await open(dir)
    expect(again.stats().events).toBe(120)
    await again.close()
  })

  it('may die at any moment: what they left half done goes, and another goes on', async () => {
    await using folder = await temporaryFolder()
    const { dir } = folder
    const writer = await open(dir)
    const first = new AppenderThread()
    const dying = await first.connect(writer)
    await dying.append(appendOf(0, 1n, eventsOf('b1', 10), 'b1'))
    await dying.show({ partition: 0, from: 1n, to: 2n, events: batchOf(eventsOf('b2', 10)) })
    const cutOff = dying.append(appendOf(0, 2n, eventsOf('b2', 4000), 'b2')).catch(() => undefined)
    await first[Symbol.asyncDispose]()
    await cutOff
    await using second = new AppenderThread()
    const next = await second.connect(writer)
    const position = await next.positionInThread(0)
    if (position === 1n) {
      expect(await viewOf(dir)).toHaveLength(20)
      await next.show({ partition: 0, from: 1n, to: 3n, events: batchOf(eventsOf('b2', 4000)) })
      expect(await viewOf(dir)).toHaveLength(4010)
      await next.append(appendOf(0, 2n, eventsOf('b2', 4000), 'b2'))
    }
    expect((await contentOf(dir)).events).toHaveLength(4010)
    const named = new Set((await readdir(join(dir, 'segments'))).values())
    await writer.close()
    const { events } = await contentOf(dir)
    expect(events).toHaveLength(4010)
    expect(named.size).toBeGreaterThan(0)
  })

  it('leave no file behind that was written and never handed over', async () => {
    await using folder = await temporaryFolder()
    const { dir } = folder
    const writer = await open(dir)
    // Dies between its files and its commit: a port that closes is all that the writer sees of it.
    const { port, appender } = await lent(writer, {
      ...localFiles,
      syncDirectory: async () => {
        port.close()
        await new Promise(() => undefined)
      },
    })
    void appender.append(appendOf(0, 1n, eventsOf('b1', 10), 'b1'))
    await soon(async () => (await readdir(join(dir, 'segments'))).length > 0)
    await soon(async () => (await readdir(join(dir, 'segments'))).length === 0)
    await writer.append(appendOf(0, 1n, eventsOf('b1', 10), 'b1'))
    expect((await contentOf(dir)).events).toHaveLength(10)
    await writer.close()
  })

  it('get the errors of the store with their codes', async () => {
    await using folder = await temporaryFolder()
    const { dir } = folder
    const writer = await open(dir)
    const full = Object.assign(new Error('full'), { code: 'ENOSPC' })
    let failing = true
    const { appender } = await lent(writer, {
      ...localFiles,
      create: (path) => (failing ? Promise.reject(full) : localFiles.create(path)),
    })
    const append = () => appender.append(appendOf(0, 1n, eventsOf('b1', 3), 'b1'))
    await expect(append()).rejects.toMatchObject({ name: 'LogStoreError', code: 'disk_full' })
    failing = false
    expect(await append()).toEqual({ applied: true })
    expect(await append()).toEqual({ applied: false })
    const gap = appender.append(appendOf(0, 9n, eventsOf('b9', 3), 'b9'))
    await expect(gap).rejects.toMatchObject({ name: 'LogStoreError', code: 'position_gap' })
    const newer = await open(dir)
    const late = appender.append(appendOf(0, 2n, eventsOf('b2', 3), 'b2'))
    await expect(late).rejects.toMatchObject({ name: 'LogStoreError', code: 'superseded' })
    await writer.close()
    const closed = appender.append(appendOf(0, 2n, eventsOf('b2', 3), 'b2'))
    await expect(closed).rejects.toMatchObject({ name: 'LogStoreError', code: 'closed' })
    await newer.close()
  })

  it('have what a delete covers encoded again, and are asked for what is shown', async () => {
    await using folder = await temporaryFolder()
    const { dir } = folder
    const writer = await open(dir)
    await using thread = new AppenderThread()
    const appender = await thread.connect(writer)
    const events = [event('a-0', { message: 'secret' }), event('a-1')]
    await appender.show({ partition: 5, from: null, to: 1n, events: batchOf(events) })
    appender.onFlush((partition) => void appender.append(appendOf(partition, 1n, events, 'a')))
    const request = { query: parse('secret').query, range: EVER, acceptedBefore: MIDNIGHT }
    expect(await writer.delete(request)).toEqual({ deleted: 1 })
    await appender.append(appendOf(5, 2n, [event('b-0', { message: 'secret' }), event('b-1')], 'b'))
    await appender.show({
      partition: 5,
      from: 2n,
      to: 3n,
      events: batchOf([event('c-0', { message: 'secret' })]),
    })
    expect(await viewOf(dir)).toEqual(['a-1 line', 'b-1 line'])
    await appender.close()
    await writer.close()
  })
})

describe('an appender', () => {
  it('that is closed lets what is under way end, and the store goes on', async () => {
    await using folder = await temporaryFolder()
    const { dir } = folder
    const writer = await open(dir)
    const { appender } = await lent(writer)
    const appending = appender.append(appendOf(0, 1n, eventsOf('b1', 10), 'b1'))
    await appender.close()
    expect(await appending).toEqual({ applied: true })
    await appender.close()
    await expect(appender.seenBatches(0, ['b1'])).rejects.toMatchObject({ code: 'closed' })
    await writer.append(appendOf(0, 2n, eventsOf('b2', 10), 'b2'))
    expect((await contentOf(dir)).events).toHaveLength(20)
    await writer.close()
  })

  it('that asks what nobody understands gets an error, or its end where there is nothing to answer', async () => {
    await using folder = await temporaryFolder()
    const writer = await open(folder.dir)
    const { port1, port2 } = new MessageChannel()
    writer.lend(port1)
    const messages: unknown[] = []
    const replied = Promise.withResolvers<void>()
    port2.on('message', (text: string) => {
      messages.push(JSON.parse(text))
      if (messages.length === 2) replied.resolve()
    })
    const ended = new Promise((resolve) => port2.on('close', resolve))
    port2.postMessage('{"ask":"seenBatches","id":7}')
    await replied.promise
    expect(messages[1]).toMatchObject({ kind: 'reply', id: 7, failure: { message: expect.any(String) } })
    port2.postMessage('{"ask":')
    await ended
    expect(await writer.append(appendOf(0, 1n, eventsOf('b1', 3), 'b1'))).toEqual({ applied: true })
    await writer.close()
  })

  it('whose writer is gone before it came says so', async () => {
    const { port1, port2 } = new MessageChannel()
    port1.close()
    await expect(connectSegmentsAppender(port2)).rejects.toMatchObject({ code: 'closed' })
  })
})
