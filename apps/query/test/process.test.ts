import { type ChildProcess, fork } from 'node:child_process'
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { SearchOutput } from '@heartwood/api'
import { freePorts } from '@heartwood/db/embedded'
import { INTERNAL_HEADER } from '@heartwood/runtime'
import { describe, expect, test, vi } from 'vitest'
import { event, NOW, someEvents } from './events.ts'
import { errorOf } from './query-app.ts'
import { openStore } from './segment-store.ts'
import { SLOW_QUERY, slowLine } from './slow-lines.ts'

const PATIENCE = { timeout: 20_000, interval: 50 }
const TOKEN = 'internal-token-of-the-tests'
const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url))
const AROUND = `from_time=${NOW / 1_000_000n - 3_600_000n}&to_time=${NOW / 1_000_000n}`

describe('the query app as its own process', () => {
  test('answers from the segments, sees what is appended while it runs, and ends in order', async () => {
    await using store = await openStore()
    await store.append(someEvents(300, 'first'))
    await using query = await startProcess(store.dataDir)

    const first = await query.search('level:error')
    expect(first.total).toBe(someEvents(300).filter(({ level }) => level === 'error').length)

    await store.append(someEvents(200, 'second'))
    const all = await query.search('*')
    expect([all.total, all.logs.length]).toEqual([500, 100])
    const found: string[] = []
    for (let page: SearchOutput | undefined = all; page !== undefined; ) {
      found.push(...page.logs.map(({ id }) => id))
      page = page.next_cursor === null ? undefined : await query.search('*', `&cursor=${page.next_cursor}`)
    }
    expect(new Set(found).size).toBe(500)
    expect(found).toHaveLength(500)

    const aggregate = await query.get(`/api/v1/aggregate?${AROUND}&by=level&interval=auto`)
    expect(await aggregate.json()).toMatchObject({ total: 500, by: 'level' })
    expect(await query.end('SIGTERM')).toEqual({ code: 0, signal: null })
  })

  test('a segment file that is gone is reported by the next question, which names it', async () => {
    await using store = await openStore()
    await store.append(someEvents(50))
    await using query = await startProcess(store.dataDir)
    const segments = join(store.dataDir, 'store', 'segments')
    for (const file of await readdir(segments)) await rm(join(segments, file))
    const response = await query.get(`/api/v1/search?${AROUND}`)
    expect(response.status).toBe(500)
    const error = await errorOf(response)
    expect(error.code).toBe('store_corrupt')
    expect(error.message).toMatch(/segments/)
  })

  test('a search whose client has gone leaves the processors alone, long before it would have been through', async () => {
    await using store = await openStore()
    await store.append(
      Array.from({ length: 20_000 }, (_, n) =>
        event(`slow-${n}`, { timestamp: NOW - BigInt(n + 1), message: slowLine(n) }),
      ),
    )
    await using query = await startProcess(store.dataDir)
    const slow = encodeURIComponent(SLOW_QUERY)
    const client = new AbortController()
    const response = await query.get(`/api/v1/search/stream?query=${slow}&${AROUND}`, client.signal)
    expect(response.status).toBe(200)
    const started = await query.cpuSeconds()
    await vi.waitFor(async () => expect((await query.cpuSeconds()) - started).toBeGreaterThan(0.5), PATIENCE)
    client.abort()
    await vi.waitFor(async () => {
      const before = await query.cpuSeconds()
      await pause(250)
      expect((await query.cpuSeconds()) - before).toBeLessThan(0.1)
    }, PATIENCE)
  })

  test('ends by itself when its supervisor is gone', async () => {
    await using store = await openStore()
    await using query = await startProcess(store.dataDir)
    expect(await query.end('disconnect')).toEqual({ code: 0, signal: null })
  })
})

async function startProcess(dataDir: string) {
  const [port, indexerPort, alerterPort] = await freePorts(3)
  const child: ChildProcess = fork(MAIN, {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    execArgv: [],
    env: {
      PATH: process.env.PATH,
      HEARTWOOD_DATA_DIR: dataDir,
      HEARTWOOD_QUERY_PORT: String(port),
      HEARTWOOD_INDEXER_PORT: String(indexerPort),
      HEARTWOOD_ALERTER_PORT: String(alerterPort),
      HEARTWOOD_INTERNAL_TOKEN: TOKEN,
    },
  })
  const exited = new Promise<{ code: number | null; signal: string | null }>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }))
  })
  const output = await outputUntil(child, /listening on/)
  expect(output).toContain(`listening on 127.0.0.1:${port}`)
  const get = (path: string, signal?: AbortSignal) =>
    fetch(`http://127.0.0.1:${port}${path}`, {
      headers: { [INTERNAL_HEADER]: TOKEN },
      ...(signal && { signal }),
    })
  return {
    get,
    /** Processor time of all threads so far. */
    async cpuSeconds(): Promise<number> {
      const metrics = await (await get('/metrics')).text()
      return Number(/^process_cpu_seconds_total (\S+)/m.exec(metrics)?.[1])
    },
    async search(query: string, more = ''): Promise<SearchOutput> {
      const response = await get(`/api/v1/search?query=${encodeURIComponent(query)}&${AROUND}${more}`)
      return SearchOutput.parse(await response.json())
    },
    end(how: 'SIGTERM' | 'disconnect') {
      if (how === 'disconnect') child.disconnect()
      else child.kill(how)
      return exited
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await exited
    },
  }
}

/** What the process wrote until a text appeared, or until it ended. */
function outputUntil(child: ChildProcess, text: RegExp): Promise<string> {
  return new Promise((resolve) => {
    let output = ''
    const add = (chunk: Buffer) => {
      output += chunk.toString()
      if (text.test(output)) resolve(output)
    }
    child.stdout?.on('data', add)
    child.stderr?.on('data', add)
    child.once('exit', () => resolve(output))
  })
}
