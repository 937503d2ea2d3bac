import { join } from 'node:path'
import type { AppendFile, DurableFiles } from '../files/durable-files.ts'
import type { FieldEntry } from '../manifest/manifest-format.ts'
import { encodeRecord } from '../manifest/manifest-record.ts'
import { type LiveRecord, type LiveShow, printLiveRecord } from './live-record.ts'

export function liveLogDirectory(dir: string): string {
  return join(dir, 'live-log')
}

/** The logs of a writer follow each other by `sequence`; the newest one with a whole first record says it all. */
export function liveLogPath(dir: string, epoch: number, sequence: number): string {
  return join(liveLogDirectory(dir), `${padded(epoch)}-${padded(sequence)}.log`)
}

/** The logs of a writer, newest first. */
export async function listLiveLogs(files: DurableFiles, dir: string, epoch: number): Promise<number[]> {
  const names = await files.list(liveLogDirectory(dir))
  return names
    .flatMap((name) => {
      const [, owner, sequence] = /^(\d+)-(\d+)\.log$/.exec(name) ?? []
      return Number(owner) === epoch ? [Number(sequence)] : []
    })
    .sort((a, b) => b - a)
}

function padded(number: number): string {
  return String(number).padStart(8, '0')
}

/** Bytes after which a new log begins with what is still shown then. */
const ROLL_BYTES = 1 << 20

/**
 * The writing side of the live log, by which readers learn of live segments: appended to and never synced. One that
 * could not be written to is left behind, since its end may be torn.
 */
export class LiveLog {
  readonly #files: DurableFiles
  readonly #dir: string
  readonly #epoch: number
  readonly #replaced: (path: string) => void
  #sequence = 0
  #file: AppendFile | undefined
  #length = 0
  #rollAt = ROLL_BYTES
  /** Logs that readers may still need, because no later one has a whole first record. */
  readonly #behind: string[] = []

  /** @param replaced is told of a log that has a successor: readers may still be in it for a moment */
  constructor(files: DurableFiles, dir: string, epoch: number, replaced: (path: string) => void) {
    this.#files = files
    this.#dir = dir
    this.#epoch = epoch
    this.#replaced = replaced
  }

  /** Adds a show to the log; `shown` are those that are in place without it. Throws the operating system's error. */
  async add(show: LiveShow, fields: readonly FieldEntry[], shown: Iterable<LiveShow>): Promise<void> {
    try {
      if (this.#file === undefined || this.#length > this.#rollAt) await this.#roll(fields, shown)
      await this.#write({ kind: 'show', show, fields: [...fields] })
    } catch (error) {
      await this.close()
      throw error
    }
  }

  async close(): Promise<void> {
    const file = this.#file
    this.#file = undefined
    await file?.close().catch(() => undefined)
  }

  async #roll(fields: readonly FieldEntry[], shown: Iterable<LiveShow>): Promise<void> {
    await this.close()
    const path = liveLogPath(this.#dir, this.#epoch, ++this.#sequence)
    this.#file = await this.#files.create(path)
    this.#length = 0
    try {
      await this.#write({ kind: 'start', shows: [...shown], fields: [...fields] })
    } catch (error) {
      this.#behind.push(path)
      throw error
    }
    this.#rollAt = Math.max(ROLL_BYTES, this.#length * 4)
    for (const before of this.#behind.splice(0)) this.#replaced(before)
    this.#behind.push(path)
  }

  async #write(record: LiveRecord): Promise<void> {
    const bytes = encodeRecord(printLiveRecord(record))
    await this.#file?.write(bytes)
    this.#length += bytes.length
  }
}
