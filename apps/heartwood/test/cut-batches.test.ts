import type { Batch } from '@heartwood/doors/sending'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type CutOptions, cutBatches } from '../src/send/cut-batches.ts'

const OPTIONS: CutOptions = {
  maxBytes: 100,
  maxLines: 10,
  maxLineBytes: 60,
  flushMs: 1_000,
  onTooLong: () => {},
  signal: new AbortController().signal,
}

test('however the bytes arrive, every line goes out whole, once and in order', async () => {
  const line = fc.string({ maxLength: 59, unit: 'grapheme-ascii' })
  await fc.assert(
    fc.asyncProperty(fc.array(line), fc.boolean(), fc.array(fc.nat(40)), async (lines, endsWithLf, cuts) => {
      const text = lines.join('\n') + (endsWithLf ? '\n' : '')
      const batches = await collect(pieces(Buffer.from(text), cuts))
      expect(batches.map(({ body }) => textOf(body)).join('')).toBe(text)
      let next = 1
      for (const [index, batch] of batches.entries()) {
        expect(batch.firstLine).toBe(next)
        next += batch.lines
        expect(batch.body.length).toBeLessThanOrEqual(OPTIONS.maxBytes)
        expect(batch.lines).toBeLessThanOrEqual(OPTIONS.maxLines)
        if (index < batches.length - 1) expect(batch.body.at(-1)).toBe(0x0a)
      }
    }),
  )
})

test('a line that is too long is left out by its number, and its neighbours go out', async () => {
  const tooLong: number[] = []
  const text = `one\n${'x'.repeat(500)}\nthree\n${'y'.repeat(500)}`
  const batches = await collect(pieces(Buffer.from(text), [7, 90]), {
    onTooLong: (line) => tooLong.push(line),
  })
  expect(tooLong).toEqual([2, 4])
  expect(batches.map(({ body, firstLine }) => [textOf(body), firstLine])).toEqual([['one\nthree\n', 1]])
})

test('lines of a pipe that goes quiet go out without waiting for more', async () => {
  const { promise: forever } = Promise.withResolvers<void>()
  async function* quiet() {
    yield Buffer.from('one\ntwo\nhalf a li')
    await forever
  }
  const batches = cutBatches(quiet(), { ...OPTIONS, flushMs: 20 })
  const { value } = await batches.next()
  expect(value && textOf(value.body)).toBe('one\ntwo\n')
})

test('lines of a pipe that trickles go out in time as well', async () => {
  async function* trickle() {
    for (let n = 0; ; n++) {
      yield Buffer.from(`line ${n}\n`)
      await new Promise((resolve) => setTimeout(resolve, 15))
    }
  }
  const batches = cutBatches(trickle(), { ...OPTIONS, maxLines: 1_000, maxBytes: 1_000_000, flushMs: 100 })
  const begun = performance.now()
  const { value } = await batches.next()
  expect(value?.lines).toBeGreaterThan(0)
  expect(performance.now() - begun).toBeLessThan(5_000)
})

test('when reading is stopped, what was read goes out', async () => {
  const stop = new AbortController()
  async function* endless() {
    yield Buffer.from('one\ntwo')
    stop.abort()
    await new Promise(() => {})
  }
  const batches = await collect(endless(), { signal: stop.signal })
  expect(batches.map(({ body }) => textOf(body))).toEqual(['one\ntwo'])
})

test('a stack trace is not cut, wherever the batch is full', async () => {
  const event = [
    '2024-06-12 10:11:12 ERROR gone',
    'java.io.IOException: x',
    '\tat a.b.C.d(C.java:1)',
    '\tat a.b.C.e(C.java:2)',
  ]
  const plain = '2024-06-12 10:11:13 INFO fine'
  for (let before = 0; before < 12; before++) {
    const text = `${[...Array.from({ length: before }, () => plain), ...event, plain].join('\n')}\n`
    const batches = await collect(pieces(Buffer.from(text), [13, 70]), { maxBytes: 1_000, maxLines: 6 })
    expect(batches.map(({ body }) => textOf(body)).join('')).toBe(text)
    expect(batches.filter(({ body }) => textOf(body).includes(event.join('\n')))).toHaveLength(1)
    for (const { body } of batches) expect(textOf(body)).toMatch(/^2024/)
  }
})

test("neither is one in Docker's JSON or behind the head of a container's line", async () => {
  const lines = ['ERROR gone', 'java.io.IOException: x', '\tat a.b.C.d(C.java:1)', 'INFO fine']
  for (const wrap of [
    (log: string) => JSON.stringify({ log: `${log}\n`, stream: 'stderr', time: '2024-06-12T10:11:12Z' }),
    (log: string) => `2024-06-12T10:11:12.123456789Z stderr F ${log}`,
  ]) {
    const text = `${['INFO fine', 'INFO fine', ...lines].map(wrap).join('\n')}\n`
    const batches = await collect(pieces(Buffer.from(text), []), {
      maxBytes: 10_000,
      maxLines: 4,
      maxLineBytes: 500,
    })
    expect(batches.map((batch) => batch.lines)).toEqual([2, 4])
  }
})

test('an event that is larger than a batch is cut, so that no more than a batch is held', async () => {
  const text = `ERROR gone\n${'\tat a.b.C.d(C.java:1)\n'.repeat(50)}`
  const batches = await collect(pieces(Buffer.from(text), []))
  expect(batches.map(({ body }) => textOf(body)).join('')).toBe(text)
  for (const { body } of batches) expect(body.length).toBeLessThanOrEqual(OPTIONS.maxBytes)
})

async function collect(chunks: AsyncIterable<Buffer>, options: Partial<CutOptions> = {}): Promise<Batch[]> {
  const batches: Batch[] = []
  for await (const batch of cutBatches(chunks, { ...OPTIONS, ...options })) batches.push(batch)
  return batches
}

/** The bytes in pieces of the given lengths, the rest in one. */
async function* pieces(bytes: Buffer, lengths: readonly number[]): AsyncGenerator<Buffer> {
  let at = 0
  for (const length of lengths) {
    yield bytes.subarray(at, at + length)
    at = Math.min(at + length, bytes.length)
  }
  yield bytes.subarray(at)
}

function textOf(body: Uint8Array): string {
  return Buffer.from(body).toString()
}
