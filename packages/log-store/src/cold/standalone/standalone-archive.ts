import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { crc32 } from 'node:zlib'
import { type ObjectStore, ObjectStoreError } from '@heartwood/object-store'
import { z } from 'zod'
import { LogStoreError } from '../../port.ts'
import { idxName, idxPath, segmentPath } from '../../segments/append/segment-file.ts'
import type { ColdMirror, ColdPlace, SegmentPaths } from '../../segments/cold/cold-place.ts'
import { printVersioned, type SegmentInfo, versionedJson } from '../../segments/manifest/manifest-format.ts'
import { SEGMENT_PREFIX, segmentKey } from '../manifest/cold-keys.ts'
import { asArchiveError } from '../manifest/cold-manifest.ts'

export interface StandaloneArchiveOptions {
  readonly objects: ObjectStore
  /** What people call it: a bucket with its prefix, or a folder. */
  readonly name: string
  /** See HEARTWOOD_HOT_DAYS. */
  readonly hotDays: number
}

const Mirror = z.object({ generation: z.number().int() })

const OWNER_KEY = 'owner.json'
const MIRROR_KEY = 'manifest/store.json'
/** Bytes that are read back at once. */
const RANGE = 8 * 1024 * 1024

/** One of the two files of a segment, as the manifest has it. */
interface StoredFile {
  readonly file: string
  readonly path: string
  readonly bytes: number
  readonly crc: number
}

/** The old segments of a store on one machine, in an object store. */
export class StandaloneArchive implements ColdPlace {
  readonly #objects: ObjectStore
  readonly name: string
  readonly hotDays: number

  constructor({ objects, name, hotDays }: StandaloneArchiveOptions) {
    this.#objects = objects
    this.name = name
    this.hotDays = hotDays
  }

  claim(store: string): Promise<void> {
    return this.#asking(async () => {
      const body = Buffer.from(JSON.stringify({ store }))
      try {
        await this.#objects.put(OWNER_KEY, body, { exclusive: true })
      } catch (error) {
        if (!(error instanceof ObjectStoreError) || error.code !== 'exists') throw error
        const owner = await this.#objects.get(OWNER_KEY)
        if (!body.equals(owner))
          throw new LogStoreError(
            'unsupported',
            `${this.name} has the logs of another Heartwood: give each of them a place of its own`,
          )
      }
    })
  }

  store(dir: string, segment: SegmentInfo): Promise<void> {
    return this.#asking(async () => {
      const files = filesOf(segment, {
        parquet: segmentPath(dir, segment.file),
        idx: idxPath(dir, segment.file),
      })
      for (const stored of files) {
        const { file, path, bytes, crc } = stored
        await this.#objects.putFile(segmentKey(file), path).catch((error: unknown) => {
          throw isMissing(error)
            ? new LogStoreError('corrupt', `${path} is missing`, { cause: error })
            : error
        })
        const read = await this.#checked(stored, async () => undefined)
        if (read === crc) continue
        if ((await crcOf(path)) !== crc)
          throw new LogStoreError('corrupt', `${path} does not hold the ${bytes} bytes that were written`)
        throw new LogStoreError('unavailable', `${this.name} does not give back what was stored as ${file}`)
      }
    })
  }

  fetch(segment: SegmentInfo, to: SegmentPaths): Promise<void> {
    return this.#asking(async () => {
      for (const stored of filesOf(segment, to)) {
        await using file = await open(stored.path, 'w')
        const crc = await this.#checked(stored, async (bytes) => {
          await file.writeFile(bytes)
        })
        if (crc !== stored.crc)
          throw new LogStoreError('corrupt', `${this.name}/${segmentKey(stored.file)} is not what was stored`)
      }
    })
  }

  remove(segments: readonly string[]): Promise<void> {
    return this.#asking(() =>
      this.#objects.delete(segments.flatMap((file) => [segmentKey(file), segmentKey(idxName(file))])),
    )
  }

  async *stored(): AsyncGenerator<string> {
    try {
      for await (const { key } of this.#objects.list(SEGMENT_PREFIX)) {
        const file = key.slice(key.lastIndexOf('/') + 1)
        yield file.endsWith('.idx') ? `${file.slice(0, -'.idx'.length)}.parquet` : file
      }
    } catch (error) {
      throw asArchiveError(error)
    }
  }

  mirror(mirror: ColdMirror): Promise<void> {
    return this.#asking(() => this.#objects.put(MIRROR_KEY, Buffer.from(printVersioned(mirror))))
  }

  mirroredGeneration(): Promise<number | undefined> {
    return this.#asking(async () => {
      const bytes = await this.#objects.get(MIRROR_KEY).catch((error: unknown) => {
        if (error instanceof ObjectStoreError && error.code === 'missing') return undefined
        throw error
      })
      if (bytes === undefined) return undefined
      const name = `${this.name}/${MIRROR_KEY}`
      const mirror = Mirror.safeParse(versionedJson(Buffer.from(bytes).toString(), name))
      if (mirror.success) return mirror.data.generation
      throw new LogStoreError('corrupt', `${name} does not hold what was written`, { cause: mirror.error })
    })
  }

  /** The checksum of what is stored as a file, whose bytes are given to `use` in their order. */
  async #checked(
    { file, bytes }: StoredFile,
    use: (bytes: Uint8Array) => Promise<void>,
  ): Promise<number | undefined> {
    const key = segmentKey(file)
    if ((await this.#objects.size(key)) !== bytes) return undefined
    let crc = 0
    for (let offset = 0; offset < bytes; offset += RANGE) {
      const range = await this.#objects.get(key, {
        range: { offset, length: Math.min(RANGE, bytes - offset) },
      })
      crc = crc32(range, crc)
      await use(range)
    }
    return crc
  }

  async #asking<T>(task: () => Promise<T>): Promise<T> {
    try {
      return await task()
    } catch (error) {
      throw asArchiveError(error)
    }
  }
}

function filesOf({ file, bytes, crc, idx }: SegmentInfo, paths: SegmentPaths): StoredFile[] {
  const parquet = { file, path: paths.parquet, bytes, crc }
  return idx === undefined ? [parquet] : [parquet, { file: idxName(file), path: paths.idx, ...idx }]
}

function isMissing(error: unknown): boolean {
  const cause = error instanceof Error ? (error.cause ?? error) : undefined
  return cause instanceof Error && 'code' in cause && cause.code === 'ENOENT'
}

async function crcOf(path: string): Promise<number> {
  let crc = 0
  for await (const bytes of createReadStream(path)) crc = crc32(bytes, crc)
  return crc
}
