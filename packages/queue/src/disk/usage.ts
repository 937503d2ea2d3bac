import { stat } from 'node:fs/promises'
import { RECORDS_AT } from './file-header.ts'
import { listFiles, partitionDirectory, queueFile } from './layout.ts'
import type { PartitionWriter } from './partition-writer.ts'
import type { Turns } from './turns.ts'

/**
 * Bytes of records in the queue folder. Which full files are left is looked up on disk, because the consumer deletes
 * them; how long they are only once, since they do not change any more.
 */
export class Usage {
  readonly #dir: string
  readonly #writers: readonly PartitionWriter[]
  readonly #turns: Turns
  #lengths = new Map<string, number>()
  #full = 0
  #leftWhenMeasured = 0
  #measuring: Promise<void> | undefined

  constructor(dir: string, writers: readonly PartitionWriter[], turns: Turns) {
    this.#dir = dir
    this.#writers = writers
    this.#turns = turns
  }

  get waiting(): number {
    return this.#writers.reduce((sum, writer) => sum + writer.waitingBytes, this.#turns.waitingBytes)
  }

  get bytes(): number {
    const current = this.#writers.reduce((sum, writer) => sum + (writer.current?.bytes ?? 0), 0)
    return this.#full + (this.#left - this.#leftWhenMeasured) + current + this.waiting
  }

  get #left(): number {
    return this.#writers.reduce((sum, writer) => sum + writer.leftBytes, 0)
  }

  measure(): Promise<void> {
    this.#measuring ??= this.#measure().finally(() => {
      this.#measuring = undefined
    })
    return this.#measuring
  }

  async #measure(): Promise<void> {
    const left = this.#left
    const lengths = new Map<string, number>()
    let full = 0
    for (const [partition, writer] of this.#writers.entries()) {
      const directory = partitionDirectory(this.#dir, partition)
      // Asked before the folder is read: what is older than this file is full, and only that is remembered.
      const current = writer.current?.number ?? 0
      for (const number of await listFiles(directory)) {
        if (number === current || number === writer.current?.number) continue
        const path = queueFile(directory, number)
        const length = this.#lengths.get(path) ?? (await lengthOf(path))
        if (length === undefined) continue
        if (number < current) lengths.set(path, length)
        full += Math.max(0, length - RECORDS_AT)
      }
    }
    this.#lengths = lengths
    this.#full = full
    this.#leftWhenMeasured = left
  }
}

/** Undefined where the file was deleted meanwhile. */
async function lengthOf(path: string): Promise<number | undefined> {
  return (await stat(path).catch(() => undefined))?.size
}
