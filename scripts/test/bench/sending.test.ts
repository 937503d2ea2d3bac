import { createServer } from 'node:http'
import { describe, expect, test } from 'vitest'
import { prepareBodies } from '../../../bench/generator/body.ts'
import { answerIn } from '../../../bench/generator/http-answer.ts'
import { HttpConnection } from '../../../bench/generator/http-connection.ts'
import { seededRandom } from '../../../bench/generator/random.ts'
import { Sender } from '../../../bench/generator/sender.ts'
import { pacedWorkload, workload } from '../../../bench/workloads.ts'
import { onLoopback } from '../../stack/on-loopback.ts'

/** A server that answers each request by its number, from 0, or breaks the connection where there is no status. */
async function server(statusOf: (request: number) => number | undefined) {
  const bodies: string[] = []
  const http = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk) => chunks.push(chunk))
    request.on('end', () => {
      const status = statusOf(bodies.length)
      bodies.push(Buffer.concat(chunks).toString())
      if (status === undefined) request.socket.destroy()
      else response.writeHead(status).end('{"accepted":1}')
    })
  })
  return { ...(await onLoopback(http)), bodies }
}

describe('a connection of the load generator', () => {
  test('posts bodies one after the other and tells the status of each', async () => {
    await using target = await server((request) => [200, 429, 503][request])
    using connection = new HttpConnection(target.url)
    const post = (text: string) =>
      connection.post('/ingest', 'content-type: text/plain\r\n', Buffer.from(text))
    expect([await post('one'), await post('two'), await post('three')]).toEqual(['200', '429', '503'])
    expect(target.bodies).toEqual(['one', 'two', 'three'])
  })

  test('tells a broken connection from an answer, and opens again', async () => {
    await using target = await server((request) => (request === 0 ? undefined : 200))
    using connection = new HttpConnection(target.url)
    expect(await connection.post('/', '', Buffer.from('lost'))).toBe('none')
    expect(await connection.post('/', '', Buffer.from('again'))).toBe('200')
  })

  test('waits for the whole of an answer, however it is cut', () => {
    const sized = 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello'
    const chunked = 'HTTP/1.1 429 Too Many\r\ntransfer-encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n'
    for (const text of [sized, chunked])
      for (let length = 0; length < text.length; length++)
        expect(answerIn(text.slice(0, length))).toBeUndefined()
    expect(answerIn(sized)).toEqual({ status: '200', keepsAlive: true })
    expect(answerIn(chunked)).toEqual({ status: '429', keepsAlive: true })
    expect(answerIn('HTTP/1.1 503 No\r\nConnection: close\r\ncontent-length: 0\r\n\r\n')?.keepsAlive).toBe(
      false,
    )
  })
})

describe('a run of the load generator', () => {
  const small = { bodies: 8, eventsPerBody: 50 }

  test('counts as accepted what got a 2xx, and nothing else', async () => {
    await using target = await server((request) => (request < 4 ? [200, 429, undefined, 500][request] : 200))
    const load = pacedWorkload('test', 50, { bodies: 8 })
    const sender = new Sender(prepareBodies(load, 0), load, seededRandom(1))
    const report = await sender.run({
      urls: [target.url],
      connections: 1,
      steps: [{ kind: 'paced', seconds: 0.1, eventsPerSecond: 4_000 }],
      calendar: null,
    })
    expect(report.steps[0]?.statuses).toEqual({ '200': 5, '429': 1, '500': 1, none: 1 })
    expect(report.steps[0]?.events).toBe(5 * 50)
    expect(report.sendings).toHaveLength(5)
    expect(report.steps[0]?.latencies).toHaveLength(5)
  })

  test('its connections take the ingests in turn', async () => {
    await using first = await server(() => 200)
    await using second = await server(() => 200)
    const load = pacedWorkload('test', 50, { bodies: 8 })
    const sender = new Sender(prepareBodies(load, 0), load, seededRandom(1))
    const report = await sender.run({
      urls: [first.url, second.url],
      connections: 2,
      steps: [{ kind: 'paced', seconds: 0.1, eventsPerSecond: 4_000 }],
      calendar: null,
    })
    expect(report.steps[0]?.events).toBe(8 * 50)
    expect([first.bodies.length > 0, second.bodies.length > 0]).toEqual([true, true])
  })

  test('fills up to a number of events, at the times of its calendar', async () => {
    await using target = await server(() => 200)
    const load = workload('test', small)
    const sender = new Sender(prepareBodies(load, 0), load, seededRandom(1))
    const report = await sender.run({
      urls: [target.url],
      connections: 2,
      steps: [{ kind: 'fill', events: 500 }],
      calendar: { startMicros: 1e15, microsPerEvent: 10_000 },
    })
    const ends = report.sendings.map(({ endMicros }) => endMicros).sort((a, b) => a - b)
    expect(report.steps[0]?.events).toBe(500)
    expect(ends).toEqual(ends.map((_, index) => 1e15 + (index + 1) * 50 * 10_000))
  })
})
