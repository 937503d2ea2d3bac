import { createServer, type ServerResponse } from 'node:http'
import { describe, expect, test, vi } from 'vitest'
import { onLoopback } from '../../../scripts/stack/on-loopback.ts'
import { followTail, type TailListener } from '../src/features/search/tail/tail-stream.ts'
import { logOf, MIDNIGHT } from './stored-logs.ts'

const log = (id: string) => logOf(id, MIDNIGHT)

async function tailServer(answer: (response: ServerResponse, connection: number) => void) {
  let connections = 0
  const server = await onLoopback(createServer((_request, response) => answer(response, connections++)))
  const controller = new AbortController()
  const listener = {
    onConnected: vi.fn<TailListener['onConnected']>(),
    onLogs: vi.fn<TailListener['onLogs']>(),
    onStats: vi.fn<TailListener['onStats']>(),
    onGap: vi.fn<TailListener['onGap']>(),
    onRefused: vi.fn<TailListener['onRefused']>(),
  }
  const done = followTail(
    { url: server.url, signal: controller.signal, waitsMillis: [5], silenceMillis: 150 },
    listener,
  )
  return {
    listener,
    done,
    controller,
    async [Symbol.asyncDispose]() {
      controller.abort()
      await done
      await server[Symbol.asyncDispose]()
    },
  }
}

const open = (response: ServerResponse) => response.writeHead(200, { 'content-type': 'text/event-stream' })
const event = (name: string, data: unknown) => `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`
const STATS = { shown: 1, matched: 2, skipped: 1, lag_ms: 5 }

describe('following a tail', () => {
  test('logs and stats are handed on as they come, cut anywhere on the wire', async () => {
    await using tail = await tailServer((response) => {
      open(response)
      const wire = Buffer.from(event('logs', { logs: [log('zürich')] }) + event('stats', STATS))
      // In the middle of a two-byte letter.
      const cut = wire.indexOf(0xc3) + 1
      response.write(wire.subarray(0, cut))
      setTimeout(() => response.write(wire.subarray(cut)), 20)
    })
    await vi.waitFor(() => expect(tail.listener.onStats).toHaveBeenCalledWith(STATS))
    expect(tail.listener.onLogs.mock.calls[0]?.[0][0]?.message).toBe('zürich')
    expect(tail.listener.onConnected).toHaveBeenCalledTimes(1)
  })

  test('a lost connection is told and made again', async () => {
    await using tail = await tailServer((response, connection) => {
      open(response)
      response.write(event('stats', STATS))
      if (connection === 0) setTimeout(() => response.destroy(), 10)
    })
    await vi.waitFor(() => expect(tail.listener.onConnected.mock.calls.length).toBeGreaterThan(1))
    expect(tail.listener.onGap).toHaveBeenCalled()
  })

  test('a server that is silent counts as lost', async () => {
    await using tail = await tailServer((response) => {
      open(response)
      response.flushHeaders()
    })
    await vi.waitFor(() => expect(tail.listener.onConnected.mock.calls.length).toBeGreaterThan(1))
  })

  test('a server that restarts is asked again, a refused query is not', async () => {
    let asked = 0
    await using tail = await tailServer((response, connection) => {
      asked++
      const code = connection < 2 ? 'unavailable' : 'invalid_query'
      response.writeHead(connection < 2 ? 503 : 400, { 'content-type': 'application/json' })
      response.end(JSON.stringify({ error: { code, message: 'no' } }))
    })
    await tail.done
    expect(asked).toBe(3)
    expect(tail.listener.onRefused).toHaveBeenCalledWith(expect.objectContaining({ code: 'invalid_query' }))
  })

  test('an integer past 2^53 keeps its digits', async () => {
    await using tail = await tailServer((response) => {
      open(response)
      response.write(
        event('logs', { logs: [log('a')] }).replace('"attributes":{}', '"attributes":{"n":9007199254740993}'),
      )
    })
    await vi.waitFor(() => expect(tail.listener.onLogs).toHaveBeenCalled())
    expect(tail.listener.onLogs.mock.calls[0]?.[0][0]?.attributes.n).toBe(9007199254740993n)
  })
})
