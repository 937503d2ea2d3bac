import type { ChildProcess } from 'node:child_process'
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openDiskConsumer } from '@heartwood/queue'
import { expect, test } from 'vitest'
import { ingestProcess } from './ingest-process.ts'

async function batchesIn(dir: string): Promise<Set<string>> {
  const consumer = await openDiskConsumer({ dir: join(dir, 'queue') })
  const batches = new Set<string>()
  for (let partition = 0; partition < consumer.partitions; partition++) {
    const end = await consumer.end(partition)
    if (end === null) continue
    for await (const items of consumer.consume(partition, null, AbortSignal.timeout(10_000))) {
      for (const item of items) if (item.kind === 'record') batches.add(item.header.batch_id)
      if ((items.at(-1)?.position ?? 0n) >= end) break
    }
  }
  await consumer.close()
  return batches
}

async function temporary() {
  const dir = await mkdtemp(join(tmpdir(), 'heartwood-ingest-'))
  return { dir, [Symbol.asyncDispose]: () => rm(dir, { recursive: true, force: true }) }
}

test('the process takes logs in, and ends in order on SIGTERM and when its supervisor is gone', async () => {
  await using folder = await temporary()
  for (const [key, end] of [
    ['first', (child: ChildProcess) => child.kill('SIGTERM')],
    ['second', (child: ChildProcess) => child.disconnect()],
  ] as const) {
    await using ingest = await ingestProcess(folder.dir)
    const answer = await fetch(`${ingest.url}/ingest`, {
      method: 'POST',
      body: 'hello',
      headers: { 'idempotency-key': key },
    })
    expect(answer.status).toBe(200)
    end(ingest.child)
    expect(await ingest.ended()).toBe(0)
  }
  expect(await batchesIn(folder.dir)).toEqual(new Set(['first', 'second']))
})

test('killed under load, it has every batch it acknowledged', async () => {
  await using folder = await temporary()
  const acknowledged: string[] = []
  for (let round = 0; round < 3; round++) {
    await using ingest = await ingestProcess(folder.dir)
    const sender = async (name: number) => {
      for (let n = 0; ; n++) {
        const key = `sender-${round}-${name}-${n}`
        const sent = fetch(`${ingest.url}/ingest`, {
          method: 'POST',
          body: `line ${n}\n`.repeat(50),
          headers: { 'idempotency-key': key },
        })
        const ok = await sent.then((answer) => answer.status === 200).catch(() => false)
        if (!ok) return
        acknowledged.push(key)
        if (acknowledged.length === 150 * (round + 1)) ingest.child.kill('SIGKILL')
      }
    }
    await Promise.all(Array.from({ length: 8 }, (_, name) => sender(name)))
    expect(await ingest.ended()).toBe('SIGKILL')
  }
  const found = await batchesIn(folder.dir)
  expect(acknowledged.length).toBeGreaterThanOrEqual(450)
  expect(acknowledged.filter((key) => !found.has(key))).toEqual([])
}, 90_000)

test('what it writes is readable by its own user alone', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'heartwood-ingest-private-'))
  try {
    await using process = await ingestProcess(dir)
    expect((await fetch(`${process.url}/ingest`, { method: 'POST', body: 'a secret' })).status).toBe(200)
    const made = await readdir(dir, { recursive: true })
    expect(made.length).toBeGreaterThan(2)
    for (const name of made) expect([name, (await stat(join(dir, name))).mode & 0o077]).toEqual([name, 0])
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
})
