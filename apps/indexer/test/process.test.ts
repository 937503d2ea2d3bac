import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'
import { eventId } from '@heartwood/event'
import { expect, test, vi } from 'vitest'
import { type DataFolder, dataFolder, until } from './running-indexer.ts'

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url))
// Each start is a process of its own, and the machine may be busy.
vi.setConfig({ testTimeout: 120_000 })

const TOKEN = 'internal-token-of-the-tests'

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

interface IndexerProcess extends AsyncDisposable {
  readonly child: ChildProcess
  readonly url: string
  readonly output: () => string
}

/** The indexer as the supervisor starts it. */
async function start(folder: DataFolder): Promise<IndexerProcess> {
  const port = await freePort()
  const child = fork(MAIN, {
    silent: true,
    env: {
      ...process.env,
      HEARTWOOD_DATA_DIR: folder.dir,
      HEARTWOOD_INDEXER_PORT: String(port),
      HEARTWOOD_INTERNAL_TOKEN: TOKEN,
      HEARTWOOD_RETENTION_DAYS: '36500',
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

test('of two indexers on one store the first ends by itself and says why', async () => {
  await using folder = await dataFolder()
  await using first = await start(folder)
  const exit = once(first.child, 'exit')
  await using second = await start(folder)
  await folder.publish('b1', ['{"n":1}'])
  expect(await exit).toEqual([1, null])
  expect(first.output()).toContain('another indexer took over this store')
  await until('the second has indexed it', async () => (await folder.found()).events.length === 1)
  expect(second.child.exitCode).toBeNull()
})
