import type { DurableFiles } from '../files/durable-files.ts'
import { Lock } from '../lock.ts'
import { applyRecords, listGenerations, loadNewest, manifestPath, readRecords } from './manifest-file.ts'
import { ManifestState } from './manifest-state.ts'
import { ShardReader } from './shard-reader.ts'

/** A damaged record is read again this often before it is believed: it may be a write that is still under way. */
const READS = 3
/** A generation may be removed between listing and reading it. */
const LISTINGS = 5

/** The reading side of the manifest: the newest generation that has a checkpoint, followed as it grows. */
export class ManifestFollower {
  readonly #files: DurableFiles
  readonly #dir: string
  readonly #shards: ShardReader
  readonly #refreshes = new Lock()
  #state = ManifestState.empty()
  #end = 0

  constructor(files: DurableFiles, dir: string) {
    this.#files = files
    this.#dir = dir
    this.#shards = new ShardReader(files, dir)
  }

  get state(): ManifestState {
    return this.#state
  }

  /** Takes in every commit that resolved before the call. Throws LogStoreError `corrupt` or `newer_format`. */
  async refresh(): Promise<void> {
    await this.#refreshes.run(async () => {
      for (let attempt = 1; ; attempt++) {
        try {
          return await this.#read()
        } catch (error) {
          if (attempt === READS) throw error
        }
      }
    })
  }

  async #read(): Promise<void> {
    for (let listing = 0; listing < LISTINGS; listing++) {
      const generations = await listGenerations(this.#files, this.#dir)
      const newer = generations.filter((generation) => generation > this.#state.generation)
      const loaded = await loadNewest(this.#files, this.#dir, newer, this.#shards)
      if (loaded !== undefined) {
        this.#state = loaded.state
        this.#end = loaded.end
        return
      }
      if (this.#state.generation === 0 || (await this.#followed())) return
    }
    throw new Error(`the manifest of ${this.#dir} changes faster than it can be read`)
  }

  /** Reads what the current generation got since; false where it is gone. */
  async #followed(): Promise<boolean> {
    const path = manifestPath(this.#dir, this.#state.generation)
    const read = await readRecords(this.#files, path, this.#end)
    if (read === undefined) return false
    applyRecords(this.#state, read.records, path)
    this.#end = read.end
    return true
  }
}
