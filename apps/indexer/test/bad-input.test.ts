import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { flagNames, isoFromNanos, type LogEvent } from '@heartwood/event'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { BAD_INPUT, type FoundEvent, type Sent } from './bad-input/bad-input.ts'
import { type Product, residentMib, startProduct } from './bad-input/product.ts'

const ROOT = join(import.meta.dirname, '../../..')
// Two processes are started, and the machine may be busy.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

describe('through ingest and indexer, all in one go', () => {
  const sent = BAD_INPUT.flatMap(({ what, proof }, n) =>
    'body' in proof ? [{ what, service: `case-${n}`, proof }] : [],
  )
  const answers = new Map<string, { readonly status: number; readonly text: string }>()
  let product: Product
  let events: ReadonlyMap<string, readonly LogEvent[]>

  beforeAll(async () => {
    product = await startProduct()
    for (const { service, proof } of sent) answers.set(service, await send(product, service, proof))
    events = await product.found(sent.reduce((sum, { proof }) => sum + proof.events.length, 0))
  })
  afterAll(() => product[Symbol.asyncDispose]())

  test.each(sent)('$what: answered as the page says, and found as it says', ({ service, proof }) => {
    const answer = answers.get(service)
    expect(answer?.status, answer?.text).toBe(proof.status)
    expect(JSON.parse(answer?.text ?? '')).toMatchObject(proof.answer)
    expect(answer?.text).toContain(proof.says ?? '')
    const found = events.get(service) ?? []
    expect(found).toHaveLength(proof.events.length)
    for (const [n, wanted] of proof.events.entries()) expectEvent(found[n], wanted)
  })

  test('both processes are the ones that were started, and have not grown out of bounds', async () => {
    for (const { child } of [product.ingest, product.indexer]) {
      expect([child.exitCode, child.signalCode]).toEqual([null, null])
      expect((await residentMib(child)) ?? 0).toBeLessThan(900)
    }
  })

  test('headers of 1 MB are refused', async () => {
    const socket = connect(product.ingest.port, '127.0.0.1')
    socket.write(`POST /ingest HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(1024 * 1024)}\r\n\r\n`)
    expect(await answerOf(socket)).toMatch(/^HTTP\/1\.1 431 /)
  })

  test('requests are answered beside connections that say nothing', async () => {
    const sockets: Socket[] = []
    try {
      const before = (await residentMib(product.ingest.child)) ?? 0
      for (let opened = 0; opened < CONNECTIONS; opened += 500)
        sockets.push(...(await Promise.all(Array.from({ length: 500 }, () => opening(product.ingest.port)))))
      const answer = await send(product, 'beside', { body: () => 'hello' })
      expect(answer.status).toBe(200)
      expect(((await residentMib(product.ingest.child)) ?? 0) - before).toBeLessThan(300)
    } finally {
      for (const socket of sockets) socket.destroy()
    }
  })
})

const CONNECTIONS = 10_000

async function send(
  product: Product,
  service: string,
  { body, headers = {} }: Pick<Sent, 'body' | 'headers'>,
) {
  const answer = await fetch(`${product.ingest.url}/ingest?service=${service}`, {
    method: 'POST',
    headers,
    body: new Uint8Array(Buffer.from(body())),
  })
  return { status: answer.status, text: await answer.text() }
}

function expectEvent(event: LogEvent | undefined, wanted: FoundEvent): void {
  if (event === undefined) throw new Error('an event is missing')
  const { message, attributes, rest, flags, timestamp, observed_at } = event
  if (wanted.message !== undefined) expect(message).toBe(wanted.message)
  if (wanted.only !== undefined)
    expect(Object.entries(attributes).sort()).toEqual(Object.entries(wanted.only).sort())
  if (wanted.attributes !== undefined) expect({ ...attributes }).toMatchObject(wanted.attributes)
  if (wanted.rest !== undefined) expect(JSON.parse(rest ?? 'null')).toEqual(wanted.rest)
  if (wanted.restHas !== undefined) expect(JSON.parse(rest ?? 'null')).toMatchObject(wanted.restHas)
  const named = flagNames(flags)
  if (wanted.flags !== undefined)
    expect(named.filter((flag) => flag !== 'time_inferred')).toEqual(wanted.flags)
  if (wanted.time === undefined) return
  const inferred = named.includes('time_inferred') && timestamp === observed_at
  expect(inferred ? 'received' : isoFromNanos(timestamp)).toBe(wanted.time)
}

async function opening(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1')
  await once(socket, 'connect')
  return socket
}

async function answerOf(socket: Socket): Promise<string> {
  let answer = ''
  socket.setEncoding('latin1')
  try {
    for await (const piece of socket) answer += piece
  } catch {
    // Reset while it still sends: what was answered before counts.
  }
  return answer
}

test.each(BAD_INPUT.flatMap(({ what, proof }) => ('file' in proof ? [{ what, ...proof }] : [])))(
  '$what: the test that the page relies on exists',
  ({ file, title }) => {
    expect(existsSync(join(ROOT, file))).toBe(true)
    expect(readFileSync(join(ROOT, file), 'utf8')).toContain(title)
  },
)
