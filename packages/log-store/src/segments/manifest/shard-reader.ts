import { join } from 'node:path'
import { LogStoreError } from '../../port.ts'
import type { DurableFiles } from '../files/durable-files.ts'
import type { SegmentInfo, ShardInfo } from './manifest-format.ts'
import { decodeShard } from './shard-file.ts'
import { readSide, shardsDirectory } from './side-files.ts'

/** Reads the shards of checkpoints. They never change, so those that the last checkpoint had are kept. */
export class ShardReader {
  readonly #files: DurableFiles
  readonly #dir: string
  #known = new Map<string, readonly SegmentInfo[]>()

  constructor(files: DurableFiles, dir: string) {
    this.#files = files
    this.#dir = dir
  }

  /**
   * The segments of all of a checkpoint's shards. Throws LogStoreError `corrupt` where one is missing or not what was
   * written, naming it.
   */
  async read(shards: readonly ShardInfo[]): Promise<readonly SegmentInfo[]> {
    const read = new Map<string, readonly SegmentInfo[]>()
    for (const shard of shards) read.set(shard.file, this.#known.get(shard.file) ?? (await this.#read(shard)))
    this.#known = read
    return [...read.values()].flat()
  }

  async #read(shard: ShardInfo): Promise<readonly SegmentInfo[]> {
    const path = join(shardsDirectory(this.#dir), shard.file)
    const segments = decodeShard(await readSide(this.#files, path, shard), path)
    if (segments.length !== shard.count) {
      throw new LogStoreError('corrupt', `${path} has ${segments.length} segments instead of ${shard.count}`)
    }
    return segments
  }
}
