import { deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'
import type { Encoding } from '@heartwood/event'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { encodingOf, InflateError, inflate, inflater, sniffEncoding } from '../src/index.ts'
import { inflateAtOnce, SMALL_BODY } from '../src/inflate/at-once.ts'
import { RATIO_FREE_BYTES } from '../src/inflate/inflate.ts'

const FORMS = [
  ['identity', (data: Uint8Array) => Buffer.from(data)],
  ['gzip', gzipSync],
  ['deflate', deflateSync],
  ['deflate', deflateRawSync],
  ['zstd', zstdCompressSync],
] as const satisfies [Encoding, (data: Uint8Array) => Buffer][]

async function inPieces(
  encoding: Encoding,
  body: Uint8Array,
  cuts: readonly number[],
  maxBytes = 1e6,
): Promise<Uint8Array> {
  const stream = inflater(encoding, { maxBytes })
  try {
    let from = 0
    for (const cut of [...cuts.map((cut) => cut % (body.length + 1)).sort((a, b) => a - b), body.length]) {
      await stream.write(body.subarray(from, cut))
      from = cut
    }
    return await stream.end()
  } finally {
    stream.close()
  }
}

test('what was compressed comes out, in whatever pieces it arrives', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...FORMS),
      fc.uint8Array({ minLength: 1, maxLength: 2000 }),
      fc.array(fc.nat(3000), { maxLength: 8 }),
      async ([encoding, compress], data, cuts) => {
        const body = compress(data)
        expect(Buffer.compare(Buffer.from(await inPieces(encoding, body, cuts)), data)).toBe(0)
        expect(Buffer.compare(Buffer.from(await inflate(encoding, body, { maxBytes: 1e6 })), data)).toBe(0)
      },
    ),
    { numRuns: 60 },
  )
})

test('several gzip members or zstd frames are one body, in whatever pieces they arrive', async () => {
  for (const [encoding, compress] of [FORMS[1], FORMS[4]]) {
    const body = Buffer.concat([
      compress(Buffer.from('one,')),
      compress(Buffer.from('two,')),
      compress(Buffer.from('three')),
    ])
    for (let cut = 0; cut <= body.length; cut++)
      expect(Buffer.from(await inPieces(encoding, body, [cut])).toString()).toBe('one,two,three')
  }
})

test('a small body inflates the same in one go as in a stream, or not in one go at all', async () => {
  const change = fc.tuple(fc.constantFrom('flip', 'cut', 'append'), fc.nat(), fc.uint8Array({ maxLength: 6 }))
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...FORMS.slice(1)),
      fc.uint8Array({ minLength: 4, maxLength: 3000 }),
      fc.integer({ min: 1, max: 200 }),
      fc.option(change),
      async ([encoding, compress], data, times, changed) => {
        if (encoding === 'identity') return
        const sound = compress(Buffer.concat(Array.from({ length: times }, () => data)))
        const body = changed === null ? sound : broken(sound, ...changed)
        const atOnce = inflateAtOnce(encoding, body, 500_000, SMALL_BODY)
        if (changed === null && data.length * times <= 500_000)
          expect(atOnce?.length).toBe(data.length * times)
        if (atOnce !== undefined)
          expect(Buffer.compare(atOnce, await inPieces(encoding, body, [], 500_000))).toBe(0)
      },
    ),
    { numRuns: 300 },
  )
  function broken(sound: Buffer, kind: string, at: number, bytes: Uint8Array): Buffer {
    if (kind === 'append') return Buffer.concat([sound, bytes])
    if (kind === 'cut') return sound.subarray(0, at % sound.length)
    const flipped = Buffer.from(sound)
    flipped[at % sound.length] = (flipped[at % sound.length] ?? 0) ^ (bytes[0] || 1)
    return flipped
  }
})

test('a body up to the bounds inflates in one go, and a larger one does not', () => {
  const bounds = { received: RATIO_FREE_BYTES, inflated: RATIO_FREE_BYTES }
  for (const [encoding, compress] of FORMS.slice(1)) {
    if (encoding === 'identity') continue
    const body = compress(Buffer.alloc(RATIO_FREE_BYTES, 'a line of a log, again and again\n'))
    expect(inflateAtOnce(encoding, body, 1e9, bounds)?.length).toBe(RATIO_FREE_BYTES)
    expect(inflateAtOnce(encoding, body, 1e9, { ...bounds, inflated: RATIO_FREE_BYTES - 1 })).toBeUndefined()
    expect(inflateAtOnce(encoding, body, RATIO_FREE_BYTES - 1, bounds)).toBeUndefined()
    expect(inflateAtOnce(encoding, body, 1e9, { ...bounds, received: body.length - 1 })).toBeUndefined()
  }
})

test('a stream cut off anywhere is an error, never a shorter body', async () => {
  for (const [encoding, compress] of FORMS.slice(1)) {
    const body = compress(Buffer.from('a line of text\n'.repeat(20)))
    for (let length = 0; length < body.length; length++)
      await expect(inflate(encoding, body.subarray(0, length), { maxBytes: 1e6 })).rejects.toThrow(
        InflateError,
      )
  }
})

test('what follows the end of a stream is an error, padding zeros of gzip excepted', async () => {
  for (const [encoding, compress] of FORMS.slice(1)) {
    const body = Buffer.concat([compress(Buffer.from('text')), Buffer.from('more')])
    for (const cuts of [[], [body.length - 4], [body.length - 2]])
      await expect(inPieces(encoding, body, cuts)).rejects.toMatchObject({ code: 'broken' })
  }
  const padded = Buffer.concat([gzipSync('text'), Buffer.alloc(300)])
  expect(Buffer.from(await inPieces('gzip', padded, [40, 100])).toString()).toBe('text')
})

test('a flipped bit of gzip is an error', async () => {
  const body = gzipSync('a line of text\n'.repeat(20))
  body[body.length - 6] = (body[body.length - 6] ?? 0) ^ 1
  await expect(inflate('gzip', body, { maxBytes: 1e6 })).rejects.toMatchObject({ code: 'broken' })
})

test('the cap on bytes holds to the byte, and nothing inflates much beyond it', async () => {
  for (const [encoding, compress] of FORMS) {
    const body = compress(Buffer.alloc(100_000, 'abc'))
    expect((await inflate(encoding, body, { maxBytes: 100_000 })).length).toBe(100_000)
    await expect(inflate(encoding, body, { maxBytes: 99_999 })).rejects.toMatchObject({ code: 'too_large' })
  }
  let inflated = 0
  const bomb = zstdCompressSync(Buffer.alloc(64 * 1024 * 1024))
  const limits = { maxBytes: 1_000_000, onBytes: (bytes: number) => (inflated += bytes) }
  await expect(inflate('zstd', bomb, limits)).rejects.toMatchObject({ code: 'too_large' })
  expect(inflated).toBeLessThanOrEqual(1_000_000)
})

test('a body that inflates out of all proportion is a bomb, even below the cap on bytes', async () => {
  const bomb = zstdCompressSync(Buffer.alloc(64 * 1024 * 1024))
  await expect(inflate('zstd', bomb, { maxBytes: 1e9 })).rejects.toMatchObject({ code: 'bomb' })
  const repetitive = gzipSync(Buffer.from('the same line of a log, again and again\n'.repeat(300_000)))
  expect((await inflate('gzip', repetitive, { maxBytes: 1e9 })).length).toBe(300_000 * 40)
})

test('encodings are named in any case, and several at once are not read', () => {
  expect(
    ['gzip', 'X-GZIP', ' zstd ', 'deflate', 'identity', '', undefined, 'identity, gzip'].map(encodingOf),
  ).toEqual(['gzip', 'gzip', 'zstd', 'deflate', 'identity', 'identity', 'identity', 'gzip'])
  expect(['br', 'gzip, gzip', 'gzip,zstd', 'toString', '__proto__'].map(encodingOf)).toEqual(
    Array(5).fill(undefined),
  )
})

test('a compressed body without its header is seen by its first bytes', () => {
  expect(sniffEncoding('identity', gzipSync('x'))).toBe('gzip')
  expect(sniffEncoding('identity', zstdCompressSync(Buffer.from('x')))).toBe('zstd')
  expect(sniffEncoding('identity', Buffer.from('{"a":1}'))).toBe('identity')
  expect(sniffEncoding('deflate', gzipSync('x'))).toBe('deflate')
})
