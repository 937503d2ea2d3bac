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
      expect(Buffer.concat(batches.map(({ body }) => body)).toString()).toBe(text)
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
