import { randomBytes, randomUUID } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { QueueError } from '../port.ts'
import { encodeFileStart, encodeMark, MARK_AT, RECORDS_AT } from './file-header.ts'
import { listFiles, queueFile } from './layout.ts'
import { type Disk, type DiskFile, errorCode } from './operations.ts'
import { firstFileNumber, positionOf } from './position.ts'
import type { PublisherLease } from './publisher-lease.ts'
import { endOfDeadFile, openQueueFile } from './queue-file.ts'
import { encodeFrame, frameSeed, type Payload } from './record-frame.ts'
import type { SpaceReserve } from './space-reserve.ts'
import { type WaitingRecord, WaitingRecords, type Written, waitingRecord } from './waiting-records.ts'

interface Current {
  readonly number: number
  readonly salt: Buffer
  /** Of its frames. */
  readonly seed: number
  readonly file: DiskFile
  /** Everything before is durable; writing goes on here. */
  end: number
}

export interface PartitionWriterParts {
  readonly partition: number
  readonly disk: Disk
  readonly directory: string
  readonly lease: PublisherLease
  readonly reserve: SpaceReserve
  /** A file is followed by the next one once it is this long. */
  readonly rollBytes: number
}

/**
 * Writes one partition. Records that wait while a sync runs go out together in the next one. A file that failed once
 * is never written again: the next record opens a new file, whose header says where the good part of the old one ends.
 */
export class PartitionWriter {
  readonly #parts: PartitionWriterParts
  readonly #waiting = new WaitingRecords()
  #running: Promise<void> | undefined
  #current: Current | undefined
  #nextNumber: number
  #previousEnd: bigint
  #leftBytes = 0

  private constructor(parts: PartitionWriterParts, nextNumber: number, previousEnd: bigint) {
    this.#parts = parts
    this.#nextNumber = nextNumber
    this.#previousEnd = previousEnd
  }

  /** Finds where earlier publishers ended and begins a file of its own behind that. */
  static async open(parts: PartitionWriterParts): Promise<PartitionWriter> {
    const { disk, directory } = parts
    await disk.makeDirectory(directory)
    await removeUnnamed(disk, directory)
    for (let attempt = 1; ; attempt++) {
      const numbers = await listFiles(directory)
      const last = numbers.at(-1)
      // By the clock here too: where the newest file was lost, its number must not come again.
      const next = Math.max(firstFileNumber(Date.now()), (last ?? 0) + 1)
      const writer = new PartitionWriter(parts, next, await previousEnd(directory, numbers))
      try {
        await writer.#begin()
        return writer
      } catch (error) {
        // The publisher before this one was just beginning a file and will not begin another.
        if (errorCode(error) !== 'EEXIST' || attempt === 3) throw asQueueError(error)
      }
    }
  }

  /** Bytes of records that wait to be written. */
  get waitingBytes(): number {
    return this.#waiting.bytes
  }

  /** Bytes of records in all files this writer has filled or given up. */
  get leftBytes(): number {
    return this.#leftBytes
  }

  /** The file being written and how many bytes of records it has. */
  get current(): { readonly number: number; readonly bytes: number } | undefined {
    const current = this.#current
    return current && { number: current.number, bytes: current.end - RECORDS_AT }
  }

  /** Resolves with its place once durable. Rejects with QueueError. */
  write(payload: Payload): Promise<Written> {
    const record = waitingRecord(payload)
    this.accept([record])
    return record.written
  }

  /** Writes records that wait already, and settles each of them in order. */
  accept(records: readonly WaitingRecord[]): void {
    this.#waiting.add(...records)
    this.#running ??= this.#run()
  }

  /** Writes what waits, then closes. */
  async close(): Promise<void> {
    await this.#running
    await this.#current?.file.close()
    this.#current = undefined
  }

  async #run(): Promise<void> {
    for (let group = this.#waiting.takeGroup(); group.length > 0; group = this.#waiting.takeGroup()) {
      try {
        await this.#parts.reserve.admit(group.reduce((sum, { payload }) => sum + payload.size, 0))
        await this.#commit(group)
      } catch (error) {
        const failure = asQueueError(error)
        for (const { reject } of group) reject(failure)
      }
      // At once rather than with the next record, so that the consumer may delete the full file.
      if ((this.#current?.end ?? 0) >= RECORDS_AT + this.#parts.rollBytes) await this.#roll()
    }
    // In the same turn as the empty group was seen: a record that comes later starts a new run.
    this.#running = undefined
  }

  async #commit(group: readonly WaitingRecord[]): Promise<void> {
    const current = this.#current ?? (await this.#begin())
    const chunks: Uint8Array[] = []
    let end = current.end
    for (const { payload } of group) {
      chunks.push(encodeFrame(payload, end, current.seed), payload.header, payload.body)
      end += payload.size
    }
    try {
      await current.file.write(chunks, current.end)
      await current.file.sync()
    } catch (error) {
      // What was not acknowledged should not be found by a later publisher either.
      if (this.#leaseHeld()) await current.file.cut(current.end).catch(() => undefined)
      await this.#abandon()
      throw error
    }
    if (!this.#leaseHeld()) {
      await this.#abandon()
      throw superseded()
    }
    let offset = current.end
    current.end = end
    await this.#showDurable(current)
    for (const { payload, resolve } of group) {
      offset += payload.size
      resolve({ partition: this.#parts.partition, position: positionOf(current.number, offset) })
    }
  }

  #leaseHeld(): boolean {
    try {
      return this.#parts.lease.held()
    } catch {
      return false
    }
  }

  /**
   * Lets the consumer see what is durable. The records are acknowledged even if this fails: the header of the next
   * file shows them.
   */
  async #showDurable(current: Current): Promise<void> {
    const mark = encodeMark(positionOf(current.number, current.end), current.salt)
    await current.file.write([mark], MARK_AT).catch(() => this.#roll())
  }

  async #roll(): Promise<void> {
    await this.#abandon()
    // If the disk cannot take a new file now, the next record tries again and gets the error.
    await this.#begin().catch(() => undefined)
  }

  /** The current file is over; what follows goes into another. */
  async #abandon(): Promise<void> {
    const current = this.#current
    if (current === undefined) return
    this.#current = undefined
    this.#leftBytes += current.end - RECORDS_AT
    if (current.end > RECORDS_AT) this.#previousEnd = positionOf(current.number, current.end)
    await current.file.close().catch(() => undefined)
  }

  /** Makes the next file: whole and durable before it gets its name, and the name durable before any record. */
  async #begin(): Promise<Current> {
    const { disk, directory } = this.#parts
    if (!this.#leaseHeld()) throw superseded()
    const number = this.#nextNumber
    const salt = randomBytes(16)
    const temporary = join(directory, `${randomUUID()}.tmp`)
    const file = await disk.create(temporary)
    try {
      await file.write([encodeFileStart({ number, previousEnd: this.#previousEnd, salt })], 0)
      await file.sync()
      await disk.link(temporary, queueFile(directory, number))
      this.#nextNumber = number + 1
      await disk.remove(temporary)
      await disk.syncDirectory(directory)
    } catch (error) {
      await file.close().catch(() => undefined)
      await disk.remove(temporary).catch(() => undefined)
      throw error
    }
    this.#current = { number, salt, seed: frameSeed(salt), file, end: RECORDS_AT }
    return this.#current
  }
}

/** Where the records of these files end, as a new publisher finds them. */
async function previousEnd(directory: string, numbers: readonly number[]): Promise<bigint> {
  for (const number of numbers.toReversed()) {
    await using file = await openQueueFile(directory, number)
    const end = await endOfDeadFile(file)
    if (end !== undefined) return end
    if (file.header !== undefined) return file.header.previousEnd
  }
  return 0n
}

/** Removes files that never got their name, of publishers that died. */
async function removeUnnamed(disk: Disk, directory: string): Promise<void> {
  for (const name of await readdir(directory))
    if (name.endsWith('.tmp')) await disk.remove(join(directory, name)).catch(() => undefined)
}

function superseded(): QueueError {
  return new QueueError('io', 'another process publishes to this queue now')
}

function asQueueError(error: unknown): QueueError {
  if (error instanceof QueueError) return error
  switch (errorCode(error)) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new QueueError('disk_full', 'the disk of the queue is full', { cause: error })
    case 'EEXIST':
      return superseded()
    default:
      return new QueueError('io', `the queue could not be written: ${String(error)}`, { cause: error })
  }
}
