import { crc32 } from 'node:zlib'
import { ShownRanges } from '../../shown-ranges.ts'
import { segmentPath } from '../append/segment-file.ts'
import type { DurableFiles } from '../files/durable-files.ts'
import type { FieldEntry, SegmentInfo } from '../manifest/manifest-format.ts'
import { decodeRecords } from '../manifest/manifest-record.ts'
import { listLiveLogs, liveLogPath } from './live-log.ts'
import { type LiveRecord, parseLiveRecord } from './live-record.ts'

/** A log may be replaced between listing and reading it. */
const LISTINGS = 3

/**
 * The reading side of the live log. Nothing in it is ever an error: what is not whole yet is read next time, and what
 * stays unreadable comes with its commit.
 */
export class LiveFollower {
  readonly #files: DurableFiles
  readonly #dir: string
  #epoch = 0
  #sequence = 0
  #end = 0
  #ranges = new ShownRanges<SegmentInfo | undefined>()
  #fields = new Map<number, FieldEntry>()
  /** What was there before this reader: a power cut may have left any of it in pieces. */
  #suspects = new Set<SegmentInfo>()
  #isFirstLog = true

  constructor(files: DurableFiles, dir: string) {
    this.#files = files
    this.#dir = dir
  }

  get ranges(): ShownRanges<SegmentInfo | undefined> {
    return this.#ranges
  }

  /** Fields of what is shown, which may be in no manifest yet, by id. */
  get fields(): ReadonlyMap<number, FieldEntry> {
    return this.#fields
  }

  /** Takes in every show of the writer `epoch` that resolved before the call. */
  async refresh(epoch: number): Promise<void> {
    if (epoch !== this.#epoch) {
      this.#forget()
      this.#epoch = epoch
    }
    for (let listing = 0; listing < LISTINGS; listing++) {
      const sequences = await listLiveLogs(this.#files, this.#dir, epoch)
      if (sequences.length === 0) return this.#forget()
      for (const sequence of sequences) {
        if (await this.#read(sequence)) return
      }
    }
  }

  /** Whether a segment may be asked: one that was there before this reader is checked against its checksum, once. */
  async isWhole(segment: SegmentInfo): Promise<boolean> {
    if (!this.#suspects.has(segment)) return true
    const bytes = await this.#files.read(segmentPath(this.#dir, segment.file))
    const isWhole = bytes?.length === segment.bytes && crc32(bytes) === segment.crc
    if (isWhole) this.#suspects.delete(segment)
    return isWhole
  }

  #forget(): void {
    this.#sequence = 0
    this.#end = 0
    this.#ranges = new ShownRanges()
    this.#fields = new Map()
    this.#suspects = new Set()
  }

  /** Reads on in a log, or a new one from its start; false where it is gone or its first record is not whole. */
  async #read(sequence: number): Promise<boolean> {
    const isNew = sequence !== this.#sequence
    const start = isNew ? 0 : this.#end
    const bytes = await this.#files.read(liveLogPath(this.#dir, this.#epoch, sequence), start)
    if (bytes === undefined) return false
    const { payloads, end } = decodeRecords(bytes, start)
    const records = payloads.map(parseLiveRecord)
    if (isNew) {
      if (records[0]?.kind !== 'start') return false
      this.#forget()
      this.#sequence = sequence
    }
    for (const record of records) if (record !== undefined) this.#take(record)
    this.#end = start + end
    if (isNew && this.#isFirstLog) {
      for (const { shown } of this.#ranges.all()) if (shown !== undefined) this.#suspects.add(shown)
    }
    this.#isFirstLog = false
    return true
  }

  #take(record: LiveRecord): void {
    for (const entry of record.fields) this.#fields.set(entry[0], entry)
    for (const { partition, from, to, segment } of record.kind === 'start' ? record.shows : [record.show]) {
      this.#ranges.add(partition, { from, to, shown: segment })
    }
  }
}
