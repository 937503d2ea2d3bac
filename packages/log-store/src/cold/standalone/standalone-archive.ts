import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { crc32 } from 'node:zlib'
import { type ObjectStore, ObjectStoreError } from '@heartwood/object-store'
import { LogStoreError } from '../../port.ts'
import { idxName, idxPath, segmentPath } from '../../segments/append/segment-file.ts'
import type { ColdMirror, ColdPlace, SegmentPaths } from '../../segments/cold/cold-place.ts'
import type { FieldEntry, SegmentInfo } from '../../segments/manifest/manifest-format.ts'
import { SEGMENT_PREFIX, segmentKey } from '../manifest/cold-keys.ts'
import { asArchiveError } from '../manifest/cold-manifest.ts'
import { checkedCrc, type StoredFile, storedFilesOf } from '../stored-files.ts'
import { MIRROR_KEY, moveKey, moveKeys, OWNER_KEY, printMirror, printMove, readMirror } from './mirror.ts'

export interface StandaloneArchiveOptions {
  readonly objects: ObjectStore
  /** What people call it: a bucket with its prefix, or a folder. */
  readonly name: string
  /** See HEARTWOOD_HOT_DAYS. */
  readonly hotDays: number
}

/** A file of a segment, in the object store and here. */
interface PlacedFile extends StoredFile {
  readonly path: string
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
            `${this.name} has the logs of another Heartwood: give each of them a place of its own; where its folder was lost, "heartwood cold recover" makes a new one that knows them`,
          )
      }
    })
  }

  store(dir: string, segment: SegmentInfo, fields: readonly FieldEntry[]): Promise<void> {
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
        const read = await checkedCrc(this.#objects, stored)
        if (read === crc) continue
        if ((await crcOf(path)) !== crc)
          throw new LogStoreError('corrupt', `${path} does not hold the ${bytes} bytes that were written`)
        throw new LogStoreError('unavailable', `${this.name} does not give back what was stored as ${file}`)
      }
      await this.#objects.put(moveKey(segment.file), printMove({ fields, segment }))
    })
  }

  fetch(segment: SegmentInfo, to: SegmentPaths): Promise<void> {
    return this.#asking(async () => {
      for (const stored of filesOf(segment, to)) {
        await using file = await open(stored.path, 'w')
        const crc = await checkedCrc(this.#objects, stored, {
          use: async (bytes) => {
            await file.writeFile(bytes)
          },
        })
        if (crc !== stored.crc)
          throw new LogStoreError('corrupt', `${this.name}/${segmentKey(stored.file)} is not what was stored`)
      }
    })
  }

  remove(segments: readonly string[]): Promise<void> {
    return this.#asking(() =>
      this.#objects.delete(
        segments.flatMap((file) => [segmentKey(file), segmentKey(idxName(file)), moveKey(file)]),
      ),
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
    return this.#asking(async () => {
      // Those of before; the mirror has what they say, or they are of segments that count no more.
      const noted = await moveKeys(this.#objects)
      await this.#objects.put(MIRROR_KEY, printMirror(mirror))
      if (noted.length > 0) await this.#objects.delete(noted)
    })
  }

  mirroredGeneration(): Promise<number | undefined> {
    return this.#asking(async () => (await readMirror(this.#objects, this.name))?.generation)
  }

  async #asking<T>(task: () => Promise<T>): Promise<T> {
    try {
      return await task()
    } catch (error) {
      throw asArchiveError(error)
    }
  }
}

function filesOf(segment: SegmentInfo, paths: SegmentPaths): PlacedFile[] {
  return storedFilesOf(segment).map((stored) => ({
    ...stored,
    path: stored.file === segment.file ? paths.parquet : paths.idx,
  }))
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
