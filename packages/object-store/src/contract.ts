import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { ObjectInfo, ObjectStore } from './port.ts'

/** A place for objects, empty at first, that several stores can be opened on. */
export interface PlaceUnderTest extends AsyncDisposable {
  open(): Promise<ObjectStore>
  /** For files that are stored. */
  readonly folder: string
  /** More objects than one answer of its server lists; some where there is no server. */
  readonly many: number
}

/** What every adapter of the object store port promises. */
export function objectStoreContract(name: string, place: () => Promise<PlaceUnderTest>): void {
  describe(`${name} keeps the contract of an object store`, () => {
    test('what is put is read back, whole and by range, also from another store on the same place', async () => {
      await using under = await place()
      const store = await under.open()
      const other = await under.open()
      await store.put('a/b/c.bin', bytes('hello world'))
      expect(text(await other.get('a/b/c.bin'))).toBe('hello world')
      expect(text(await other.get('a/b/c.bin', { range: { offset: 6, length: 5 } }))).toBe('world')
      expect(text(await other.get('a/b/c.bin', { range: { offset: 11, length: 0 } }))).toBe('')
      expect(await other.size('a/b/c.bin')).toBe(11)
    })

    test('an object may be empty', async () => {
      await using under = await place()
      const store = await under.open()
      await store.put('empty', bytes(''))
      expect(await store.get('empty')).toHaveLength(0)
      expect(await store.size('empty')).toBe(0)
    })

    test('a put takes the place of what was there', async () => {
      await using under = await place()
      const store = await under.open()
      await store.put('key', bytes('a longer text'))
      await store.put('key', bytes('short'))
      expect(text(await store.get('key'))).toBe('short')
      expect(await store.size('key')).toBe(5)
    })

    test('what changes after a put or was read changes no object', async () => {
      await using under = await place()
      const store = await under.open()
      const body = bytes('as put')
      await store.put('key', body)
      body.fill(0)
      ;(await store.get('key')).fill(0)
      expect(text(await store.get('key'))).toBe('as put')
    })

    test('an exclusive put finds what is there and leaves it as it is', async () => {
      await using under = await place()
      const store = await under.open()
      await store.put('log/1', bytes('first'), { exclusive: true })
      await expect(store.put('log/1', bytes('second'), { exclusive: true })).rejects.toMatchObject({
        code: 'exists',
      })
      expect(text(await store.get('log/1'))).toBe('first')
    })

    test('of exclusive puts at once, by two stores, exactly one succeeds, and its bytes are there', async () => {
      await using under = await place()
      const stores = [await under.open(), await under.open()]
      for (let round = 0; round < 12; round++) {
        const key = `log/${round}`
        const outcomes = await Promise.allSettled(
          Array.from({ length: 12 }, (_, by) =>
            stores[by % 2]?.put(key, bytes(`by ${by} ${'x'.repeat(by * 1_000)}`), { exclusive: true }),
          ),
        )
        const winners = outcomes.flatMap(({ status }, by) => (status === 'fulfilled' ? [by] : []))
        expect(winners).toHaveLength(1)
        for (const outcome of outcomes)
          if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'exists' })
        expect(text((await stores[0]?.get(key)) ?? bytes(''))).toContain(`by ${winners[0]} `)
      }
    })

    test('a file is stored as it is, whatever its size, and exclusively where that is asked', async () => {
      await using under = await place()
      const store = await under.open()
      for (const size of [0, 1_000, 40 * 1024 * 1024 + 7]) {
        const path = join(under.folder, `file-${size}`)
        const content = patterned(size)
        await writeFile(path, content)
        await store.putFile(`files/${size}`, path, { exclusive: true })
        expect(await store.size(`files/${size}`)).toBe(size)
        expect(Buffer.compare(await store.get(`files/${size}`), content)).toBe(0)
        await writeFile(path, 'another')
        await expect(store.putFile(`files/${size}`, path, { exclusive: true })).rejects.toMatchObject({
          code: 'exists',
        })
        await writeFile(path, patterned(size, 1))
        await expect(store.putFile(`files/${size}`, path, { exclusive: true })).rejects.toMatchObject({
          code: 'exists',
        })
        expect(await store.size(`files/${size}`)).toBe(size)
      }
    })

    test('a range in the middle of a large object is those bytes and no others', async () => {
      await using under = await place()
      const store = await under.open()
      const content = patterned(3_000_000)
      await store.put('large', content)
      const range = { offset: 1_234_567, length: 54_321 }
      expect(
        Buffer.compare(await store.get('large', { range }), content.subarray(1_234_567, 1_288_888)),
      ).toBe(0)
    })

    test('what is not there is missing, and has no size', async () => {
      await using under = await place()
      const store = await under.open()
      await expect(store.get('not/there')).rejects.toMatchObject({ code: 'missing' })
      await expect(store.get('not/there', { range: { offset: 0, length: 0 } })).rejects.toMatchObject({
        code: 'missing',
      })
      expect(await store.size('not/there')).toBeUndefined()
    })

    test('a range past the end is an error, never fewer bytes', async () => {
      await using under = await place()
      const store = await under.open()
      await store.put('key', bytes('12345'))
      for (const range of [
        { offset: 0, length: 6 },
        { offset: 4, length: 2 },
        { offset: 5, length: 1 },
        { offset: 6, length: 0 },
        { offset: 900, length: 10 },
      ])
        await expect(store.get('key', { range })).rejects.toMatchObject({ code: 'range' })
    })

    test('keys are listed by their bytes, below a prefix and behind a key, with their sizes', async () => {
      await using under = await place()
      const store = await under.open()
      const keys = ['a-b/1', 'a.b/1', 'a/1', 'a/10', 'a/2', 'a/b/c', 'a0', 'B', 'b']
      for (const key of keys) await store.put(key, bytes(key))
      const listed = async (prefix: string, after?: string) => {
        const found = await all(store.list(prefix, { ...(after !== undefined && { after }) }))
        for (const { key, size } of found) expect(size).toBe(key.length)
        return found.map(({ key }) => key)
      }
      const sorted = keys.toSorted((a, b) => (a < b ? -1 : 1))
      expect(await listed('')).toEqual(sorted)
      expect(await listed('a/')).toEqual(['a/1', 'a/10', 'a/2', 'a/b/c'])
      expect(await listed('a/1')).toEqual(['a/1', 'a/10'])
      expect(await listed('a/b/')).toEqual(['a/b/c'])
      expect(await listed('nothing/')).toEqual([])
      for (const after of [...sorted, 'a/11', 'a/', 'zzz'])
        expect(await listed('', after)).toEqual(sorted.filter((key) => key > after))
      expect(await listed('a/', 'a/10')).toEqual(['a/2', 'a/b/c'])
    })

    test('more objects than one answer of a server lists are all listed, and all deleted', async () => {
      await using under = await place()
      const store = await under.open()
      const keys = Array.from({ length: under.many }, (_, index) => `many/${String(index).padStart(5, '0')}`)
      for (let from = 0; from < keys.length; from += 50)
        await Promise.all(keys.slice(from, from + 50).map((key) => store.put(key, bytes('x'))))
      expect((await all(store.list('many/'))).map(({ key }) => key)).toEqual(keys)
      await store.delete(keys)
      expect(await all(store.list('many/'))).toEqual([])
    })

    test('what is deleted is gone, what is not there is deleted already, and others stay', async () => {
      await using under = await place()
      const store = await under.open()
      await store.put('x/1', bytes('1'))
      await store.put('x/2', bytes('2'))
      await store.delete(['x/1', 'x/3', 'y/1'])
      await store.delete([])
      await expect(store.get('x/1')).rejects.toMatchObject({ code: 'missing' })
      expect(text(await store.get('x/2'))).toBe('2')
      await store.put('x/1', bytes('again'), { exclusive: true })
      expect(text(await store.get('x/1'))).toBe('again')
    })

    test('what is no key is refused before anything is stored', async () => {
      await using under = await place()
      const store = await under.open()
      for (const key of ['', '/', 'a//b', '../x', 'a/..', './a', 'a b', 'ä', 'a/', '/a', 'k'.repeat(513)]) {
        await expect(store.put(key, bytes('x'))).rejects.toThrow(RangeError)
        await expect(store.get(key)).rejects.toThrow(RangeError)
        await expect(store.delete([key])).rejects.toThrow(RangeError)
      }
      expect(await all(store.list(''))).toEqual([])
    })

    test('what was aborted before throws the reason', async () => {
      await using under = await place()
      const store = await under.open()
      const reason = new Error('enough')
      const signal = AbortSignal.abort(reason)
      await expect(store.put('key', bytes('x'), { signal })).rejects.toBe(reason)
      await expect(store.get('key', { signal })).rejects.toBe(reason)
      await expect(store.size('key', signal)).rejects.toBe(reason)
      await expect(all(store.list('', { signal }))).rejects.toBe(reason)
      expect(await store.size('key')).toBeUndefined()
    })

    test('a closed store says so, and closing again does nothing', async () => {
      await using under = await place()
      const store = await under.open()
      await store.put('key', bytes('x'))
      await store.close()
      await store.close()
      await expect(store.get('key')).rejects.toMatchObject({ code: 'closed' })
      await expect(store.put('key', bytes('y'))).rejects.toMatchObject({ code: 'closed' })
      await expect(all(store.list(''))).rejects.toMatchObject({ code: 'closed' })
      expect(text(await (await under.open()).get('key'))).toBe('x')
    })
  })
}

async function all(found: AsyncIterable<ObjectInfo>): Promise<ObjectInfo[]> {
  const objects: ObjectInfo[] = []
  for await (const object of found) objects.push(object)
  return objects
}

function bytes(content: string): Uint8Array {
  return new TextEncoder().encode(content)
}

function text(content: Uint8Array): string {
  return new TextDecoder().decode(content)
}

/** Bytes in which no two stretches are alike. */
function patterned(size: number, seed = 0): Uint8Array {
  const words = new Uint32Array(Math.ceil(size / 4))
  for (let i = 0; i < words.length; i++) words[i] = Math.imul(i + seed + 1, 2_654_435_761)
  return new Uint8Array(words.buffer, 0, size)
}
