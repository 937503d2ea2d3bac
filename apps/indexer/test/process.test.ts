import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePort } from '@heartwood/db/embedded'
import { eventId } from '@heartwood/event'
import { expect, test, vi } from 'vitest'
import { type DataFolder, dataFolder, jsonHeader, until } from './running-indexer.ts'

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url))
// Each start is a process of its own, and the machine may be busy.
vi.setConfig({ testTimeout: 300_000 })

const TOKEN = 'internal-token-of-the-tests'

interface IndexerProcess extends AsyncDisposable {
  readonly child: ChildProcess
  readonly url: string
  readonly output: () => string
}

/** The indexer as the supervisor starts it. */
async function start(folder: DataFolder, env: NodeJS.ProcessEnv = {}): Promise<IndexerProcess> {
  const port = await freePort()
  const child = fork(MAIN, {
    silent: true,
    env: {
      ...process.env,
      HEARTWOOD_DATA_DIR: folder.dir,
      HEARTWOOD_INDEXER_PORT: String(port),
      HEARTWOOD_INTERNAL_TOKEN: TOKEN,
      HEARTWOOD_RETENTION_DAYS: '36500',
      HEARTWOOD_INDEXER_THREADS: '2',
      // A busy machine must not decide whether it ends in order.
      HEARTWOOD_STOP_SECONDS: '120',
      ...env,
    },
  })
  let output = ''
  child.stdout?.on('data', (chunk: Buffer) => {
    output += chunk.toString()
  })
  child.stderr?.on('data', (chunk: Buffer) => {
    output += chunk.toString()
  })
  const url = `http://127.0.0.1:${port}`
  await until(`the indexer is ready\n${output}`, async () => {
    if (child.exitCode !== null) throw new Error(`the indexer ended: ${output}`)
    return (await fetch(`${url}/readyz`).catch(() => undefined))?.ok === true
  })
  return {
    child,
    url,
    output: () => output,
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null || child.signalCode !== null) return
      child.kill('SIGKILL')
      await once(child, 'exit')
    },
  }
}

test('killed at any moment, with batches sent twice, every event is found exactly once', async () => {
  await using folder = await dataFolder()
  const expected: string[] = []
  for (let round = 0; round < 4; round++) {
    await using running = await start(folder)
    for (let batch = 0; batch < 20; batch++) {
      const id = `r${round}-b${batch}`
      await folder.publish(id, ['{"n":1}', '{"n":2}'], `sender-${batch % 3}`)
      if (batch % 4 === 0) await folder.publish(id, ['{"n":1}', '{"n":2}'], `sender-${batch % 3}`)
      expected.push(eventId(id, 0), eventId(id, 1))
    }
    // Some rounds end in the middle of a group, some in the middle of its commit, some behind it.
    await new Promise((resolve) => setTimeout(resolve, round * 120))
    running.child.kill('SIGKILL')
    await once(running.child, 'exit')
  }
  await using running = await start(folder)
  await until('all is found', async () => (await folder.found()).events.length >= expected.length)
  expect((await folder.found()).events.map(({ id }) => id)).toEqual(expected.sort())
  expect(running.output()).not.toContain('"level":60')
})

test('ends in order on SIGTERM and when its parent is gone', async () => {
  await using folder = await dataFolder()
  for (const end of [
    (child: ChildProcess) => child.kill('SIGTERM'),
    (child: ChildProcess) => child.disconnect(),
  ]) {
    await using running = await start(folder)
    const exit = once(running.child, 'exit')
    end(running.child)
    expect(await exit).toEqual([0, null])
  }
})

test('what was read when it was told to end is committed', async () => {
  await using folder = await dataFolder()
  await using running = await start(folder)
  await folder.publish('b1', ['{"n":1}', '{"n":2}'])
  await until('it is searchable', async () => (await folder.found()).events.length === 2)
  const exit = once(running.child, 'exit')
  running.child.kill('SIGTERM')
  expect(await exit).toEqual([0, null])
  await using reader = await folder.reader()
  await reader.refresh()
  expect(await reader.stats()).toMatchObject({ events: 2, shown: 0 })
})

test('a thread that falls ends the process, which says why; started again it has lost and doubled nothing', async () => {
  await using folder = await dataFolder()
  {
    const falling = new URL('falling-thread.mjs', import.meta.url)
    await using running = await start(folder, { NODE_OPTIONS: `--import ${falling}` })
    await folder.publish('b1', ['{"n":1}', '{"n":2}'], 'sender-1')
    await until('it is searchable', async () => (await folder.found()).events.length === 2)
    const exit = once(running.child, 'exit')
    await writeFile(join(folder.dir, 'fall'), '')
    expect(await exit).toEqual([1, null])
    const lines = running.output().split('\n')
    const line = lines.find((one) => one.includes('"level":60')) ?? ''
    expect(JSON.parse(line)).toMatchObject({ msg: 'indexing ended', err: { message: 'the thread fell' } })
  }
  await folder.publish('b2', ['{"n":3}'], 'sender-2')
  await folder.publish('b1', ['{"n":1}', '{"n":2}'], 'sender-1')
  await using again = await start(folder)
  await until('all is found', async () => (await folder.found()).events.length >= 3)
  const exit = once(again.child, 'exit')
  again.child.kill('SIGTERM')
  await exit
  const found = (await folder.found()).events.map(({ id }) => id)
  expect(found).toEqual([eventId('b1', 0), eventId('b1', 1), eventId('b2', 0)])
})

test('of two indexers on one store the first ends by itself and says why', async () => {
  await using folder = await dataFolder()
  await using first = await start(folder)
  const exit = once(first.child, 'exit')
  await using second = await start(folder)
  await folder.publish('b1', ['{"n":1}'])
  // With a dead letter the commit does not wait for more, and a commit is where the first learns of the second.
  await folder.publisher.publish('sender', jsonHeader('b2', 3, 8), Buffer.from('{"n":2}'))
  expect(await exit).toEqual([1, null])
  expect(first.output()).toContain('another indexer took over this store')
  await until('the second has indexed it', async () => (await folder.found()).events.length === 1)
  expect(second.child.exitCode).toBeNull()
})
