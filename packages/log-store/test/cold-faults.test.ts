import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { ObjectStoreError } from '@heartwood/object-store'
import { ALL, parse } from '@heartwood/query-lang'
import { describe, expect, it } from 'vitest'
import { SegmentCache } from '../src/cold/cache/segment-cache.ts'
import { EVER } from '../src/contract/store-under-test.ts'
import type { LogReader, ReadStats } from '../src/port.ts'
import { storedBytes } from '../src/segments/manifest/manifest-format.ts'
import { openSegmentsWriter } from '../src/segments/open-writer.ts'
import { openRemoteReader } from './cold/open-remote-reader.ts'
import { appendOf, eventsOf, segmentsOf, temporaryFolder } from './segments/store-content.ts'

/** A closed store of several segments. */
async function storeIn(dir: string): Promise<void> {
  const writer = await openSegmentsWriter({ dir, retentionDays: 1e6, maxBytes: 1e9, ballastBytes: 0 })
  for (let n = 0; n < 3; n++)
    await writer.append(appendOf(0, BigInt(n + 1), eventsOf(`b${n}`, 400, n * 1000), `b${n}`))
  await writer.close()
}

const WORDS = { query: parse('line message:7*').query, range: EVER, limit: 500 }
const scan = (reader: LogReader) => reader.count({ query: parse('index>=0').query, range: EVER })

describe('an object store that fails', () => {
  it('is named with the object in the error, and the next question is answered once it is back', async () => {
    await using folder = await temporaryFolder()
    await storeIn(folder.dir)
    const { reader, objects } = await openRemoteReader(folder.dir)
    const before = objects.before
    objects.before = async (key) => {
      if (key.endsWith('.parquet')) throw new ObjectStoreError('unavailable', 'no route to the store')
    }
    await expect(scan(reader)).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringMatching(/^objects\/.*\.parquet cannot be fetched: no route to the store$/),
    })
    objects.before = before
    expect(await scan(reader)).toBe(1200)
    await reader.close()
  })

  const damages: readonly (readonly [string, (bytes: Uint8Array) => Uint8Array | undefined])[] = [
    ['missing', () => undefined],
    ['cut', (bytes) => bytes.subarray(0, bytes.length - 100)],
    ['empty', () => new Uint8Array(0)],
    // Where its pages lie: a bit of every byte, so that it does not matter which of them are read.
    ['changed', (bytes) => bytes.map((byte, at) => (at > 4 && at < bytes.length / 2 ? byte ^ 4 : byte))],
    ['another file', (bytes) => new Uint8Array(bytes.length)],
  ]
  it.each(damages)('gives no answer from an object that is %s, and names it', async (_what, damage) => {
    await using folder = await temporaryFolder()
    await storeIn(folder.dir)
    const { reader, objects } = await openRemoteReader(folder.dir)
    const [first] = await segmentsOf(folder.dir)
    objects.changed = (key, bytes) => (key === first?.file ? damage(bytes) : bytes)
    for (const ask of [scan, (one: LogReader) => one.search(WORDS)])
      await expect(ask(reader)).rejects.toMatchObject({
        code: 'corrupt',
        message: expect.stringContaining(`objects/${first?.file}`),
      })
    objects.changed = (_key, bytes) => bytes
    expect(await scan(reader), 'what was fetched of it is not kept').toBe(1200)
    await reader.close()
  })

  it('hides no row where it gives an index that is not what was written', async () => {
    await using folder = await temporaryFolder()
    await storeIn(folder.dir)
    const damaged: string[] = []
    const { reader, objects } = await openRemoteReader(folder.dir, {
      onDamagedIndex: (file) => damaged.push(file),
    })
    objects.changed = (key, bytes) => (key.endsWith('.idx') ? bytes.map((byte) => byte ^ 1) : bytes)
    expect(await reader.count({ query: parse('b1').query, range: EVER })).toBe(400)
    expect(damaged.sort()).toEqual((await segmentsOf(folder.dir)).map(({ file }) => file).sort())
    await reader.close()
  })
})

describe('a question that is withdrawn', () => {
  it('ends at once, and so does what is fetched for it alone', async () => {
    await using folder = await temporaryFolder()
    await storeIn(folder.dir)
    const { reader, objects } = await openRemoteReader(folder.dir)
    const { promise: asked, resolve } = Promise.withResolvers<AbortSignal | undefined>()
    objects.before = (_key, signal) => {
      resolve(signal)
      return new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)))
    }
    const stop = new AbortController()
    const counting = reader.count({ query: parse('index>0').query, range: EVER, signal: stop.signal })
    const fetching = await asked
    stop.abort()
    await expect(counting).rejects.toMatchObject({ code: 'aborted' })
    expect(fetching?.aborted).toBe(true)
    objects.before = async () => undefined
    expect(await scan(reader)).toBe(1200)
    await reader.close()
  })

  it('does not take from another what both wait for', async () => {
    await using folder = await temporaryFolder()
    await storeIn(folder.dir)
    const { reader, objects } = await openRemoteReader(folder.dir)
    await reader.refresh()
    const { promise: open, resolve: letThrough } = Promise.withResolvers<void>()
    const { promise: asked, resolve } = Promise.withResolvers<void>()
    objects.before = async () => {
      resolve()
      await open
    }
    const stop = new AbortController()
    const withdrawn = reader.count({ query: parse('index>0').query, range: EVER, signal: stop.signal })
    const staying = scan(reader)
    await asked
    stop.abort()
    await expect(withdrawn).rejects.toMatchObject({ code: 'aborted' })
    letThrough()
    expect(await staying).toBe(1200)
    await reader.close()
  })
})

describe('what was fetched', () => {
  it('is told with the answer, fetched once for questions at the same time, and not again', async () => {
    await using folder = await temporaryFolder()
    await storeIn(folder.dir)
    const { reader, objects } = await openRemoteReader(folder.dir)
    const reads: ReadStats[] = []
    const ask = () =>
      reader.count({ query: parse('index>=0').query, range: EVER, onRead: (read) => reads.push(read) })
    await Promise.all([ask(), ask(), ask()])
    const fetched = objects.bytes
    expect(reads.reduce((sum, read) => sum + (read.fetched ?? 0), 0)).toBe(fetched)
    const stored = (await segmentsOf(folder.dir)).reduce((sum, one) => sum + storedBytes(one), 0)
    expect(fetched).toBeLessThanOrEqual(stored)
    await ask()
    expect(objects.bytes).toBe(fetched)
    expect(reads.at(-1)?.fetched).toBeUndefined()
    await reader.close()
  })

  it('stays within its limit, whatever is asked', async () => {
    await using folder = await temporaryFolder()
    await storeIn(folder.dir)
    const cacheBytes = 150_000
    const { reader, cachedBytes } = await openRemoteReader(folder.dir, { cacheBytes })
    for (let n = 0; n < 3; n++) {
      await scan(reader)
      await reader.search(WORDS)
      await reader.top({ query: ALL, range: EVER, field: 'message', limit: 3 })
      expect(cachedBytes()).toBeLessThanOrEqual(cacheBytes)
    }
    await reader.close()
  })

  it('a question that needs more than the limit at a time says so', async () => {
    await using folder = await temporaryFolder()
    await storeIn(folder.dir)
    const { reader } = await openRemoteReader(folder.dir, { cacheBytes: 4096 })
    await expect(reader.top({ query: ALL, range: EVER, field: 'message', limit: 3 })).rejects.toMatchObject({
      code: 'unsupported',
      message: expect.stringContaining('narrow its time range'),
    })
    await reader.close()
  })

  const run = promisify(execFile)
  it('has room made for it on a full disk, and says so where there is none', async ({ skip }) => {
    await using folder = await temporaryFolder()
    const mounted = await run('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder.dir]).then(
      () => true,
      () => false,
    )
    // It takes root.
    if (!mounted) skip()
    try {
      const cache = await SegmentCache.open({
        dir: `${folder.dir}/cache`,
        maxBytes: 1e9,
        fetch: async (_file, { offset, end }) => new Uint8Array(end - offset).fill(1),
      })
      const hold = (file: string, end: number) =>
        cache.hold([{ file, size: 1e8, gap: 0, runs: [{ offset: 0, end }] }], {
          signal: new AbortController().signal,
          waits: true,
          onFetch: () => undefined,
        })
      ;(await hold('one', 600_000))[Symbol.dispose]()
      const second = await hold('two', 600_000)
      expect(cache.peek('one'), 'nobody uses it').toBeUndefined()
      await expect(hold('three', 600_000)).rejects.toMatchObject({ code: 'ENOSPC' })
      second[Symbol.dispose]()
      ;(await hold('three', 600_000))[Symbol.dispose]()
    } finally {
      await run('umount', [folder.dir])
    }
  })
})
