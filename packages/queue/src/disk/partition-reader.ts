import { RecordHeader, readRecordHeader } from '@heartwood/event'
import { QueueError, type QueueItem } from '../port.ts'
import { ChangeSignal } from './change-signal.ts'
import { RECORDS_AT } from './file-header.ts'
import { type Stretch, walkFrames } from './frame-walk.ts'
import { listFiles, queueFileName } from './layout.ts'
import { type Lost, lostAt, lostBetween } from './lost-files.ts'
import { errorCode } from './operations.ts'
import { fileOf, offsetOf, positionOf } from './position.ts'
import { durableOffset, endOfDeadFile, type OpenQueueFile, openQueueFile } from './queue-file.ts'

export interface PartitionReading {
  readonly directory: string
  readonly after: bigint | null
  readonly signal: AbortSignal
  /** What is read from a file at once; items that come together are within it. */
  readonly pieceBytes: number
  /** Called whenever a file has been read to its end and another exists. */
  readonly onNextFile: () => Promise<void>
}

/**
 * Reads one partition behind `after`, and goes on as the publisher writes. In the newest file it reads as far as the
 * durable mark; in an older one as far as the header of the file that follows says. So it never sees a record that is
 * half written or was not acknowledged, and whatever it cannot read within those ends is damage. Where files between
 * others are gone, an item says so and reading goes on behind them.
 */
export async function* readPartition(reading: PartitionReading): AsyncGenerator<QueueItem[]> {
  const { directory, signal } = reading
  using changes = new ChangeSignal(directory, signal)
  let at = reading.after
  let start = await startBehind(directory, at)
  while (start === undefined && !signal.aborted) {
    await changes.next()
    start = await startBehind(directory, at)
  }
  while (start !== undefined && !signal.aborted) {
    if (start.lost !== undefined) {
      at = start.lost.position
      yield [start.lost]
    }
    const { number }: Start = start
    await using file = await openIfThere(directory, number)
    if (file === undefined) {
      // Released since it was found, which a file without records can be before it is read: go on behind it.
      start = await startBehind(directory, at)
      continue
    }
    let offset: number =
      at !== null && fileOf(at) === number ? Math.max(offsetOf(at), RECORDS_AT) : RECORDS_AT
    let later = await laterFile(directory, number)
    while (!signal.aborted) {
      // The mark is looked at before the later file: when that exists, this one has got its last record.
      let end = durableOffset(file)
      if (offset >= end) {
        if (changes.takeFilesChanged()) later ??= await laterFile(directory, number)
        if (later !== undefined) {
          end = await finalOffset(directory, file, later)
          if (offset >= end) break
        } else await changes.next()
      }
      if (offset >= end) continue
      for await (const items of readItems(file, offset, end, reading.pieceBytes)) {
        const last = items.at(-1)
        if (signal.aborted || last === undefined) return
        at = last.position
        offset = offsetOf(at)
        yield items
      }
    }
    if (signal.aborted) return
    start = later && { number: later.number, lost: lostBetween(number, later) }
    if (start !== undefined) await reading.onNextFile()
  }
}

/** The file to read next. */
interface Start {
  readonly number: number
  /** What should lie before it and does not. */
  readonly lost?: Lost | undefined
}

/** Where to begin, or undefined while there is no file. Throws `position_lost`. */
async function startBehind(directory: string, after: bigint | null): Promise<Start | undefined> {
  const numbers = await listFiles(directory)
  const [oldest] = numbers
  if (oldest === undefined) return undefined
  if (after === null) return { number: oldest }
  const wanted = fileOf(after)
  if (numbers.includes(wanted)) return { number: wanted }
  const following = numbers.find((number) => number > wanted)
  if (following === undefined)
    throw new QueueError(
      'position_lost',
      `position ${after} lies behind the end of the queue: is it another queue?`,
    )
  const previousEnd = await previousEndOf(directory, following)
  if (previousEnd === undefined) return startBehind(directory, after)
  if (previousEnd > after && oldest > wanted)
    throw new QueueError('position_lost', `the queue no longer keeps what follows ${after}`)
  return { number: following, lost: lostAt(after, following, previousEnd) }
}

interface LaterFile {
  readonly number: number
  /** Undefined if its header is damaged. */
  readonly previousEnd: bigint | undefined
}

/** The nearest later file with a readable header; the nearest at all if none has. */
async function laterFile(directory: string, number: number): Promise<LaterFile | undefined> {
  const later = (await listFiles(directory)).filter((other) => other > number)
  for (const other of later) {
    await using file = await openIfThere(directory, other)
    if (file?.header !== undefined) return { number: later[0] ?? other, previousEnd: file.header.previousEnd }
  }
  return later[0] === undefined ? undefined : { number: later[0], previousEnd: undefined }
}

/** Where the records of a finished file end. Throws `position_lost` where it was released meanwhile with the next ones. */
async function finalOffset(directory: string, file: OpenQueueFile, later: LaterFile): Promise<number> {
  const { previousEnd } = later
  if (previousEnd === undefined) return (await file.handle.stat()).size
  if (fileOf(previousEnd) === file.number) return offsetOf(previousEnd)
  if (fileOf(previousEnd) < file.number) return RECORDS_AT
  // A file between the two had the last record; only where that one's header is damaged too is the end not known.
  if (fileOf(previousEnd) === later.number) return (await file.handle.stat()).size
  if (!(await listFiles(directory)).includes(file.number))
    throw new QueueError('position_lost', `the queue no longer keeps what follows its file ${file.number}`)
  // The file that knew the end is lost.
  return offsetOf((await endOfDeadFile(file)) ?? positionOf(file.number, RECORDS_AT))
}

/** Undefined where the file was released meanwhile. */
async function previousEndOf(directory: string, number: number): Promise<bigint | undefined> {
  await using file = await openIfThere(directory, number)
  return file && (file.header?.previousEnd ?? positionOf(number, 0))
}

async function openIfThere(directory: string, number: number): Promise<OpenQueueFile | undefined> {
  try {
    return await openQueueFile(directory, number)
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined
    throw error
  }
}

async function* readItems(
  file: OpenQueueFile,
  from: number,
  to: number,
  pieceBytes: number,
): AsyncGenerator<QueueItem[]> {
  if (file.header === undefined) {
    const sample = Buffer.alloc(8192)
    const { bytesRead } = await file.handle.read(sample, 0, sample.length, RECORDS_AT)
    const reason = 'the header of the queue file is damaged, so none of its records can be told'
    const position = positionOf(file.number, to)
    yield [{ kind: 'damaged', position, reason, sample: sample.subarray(0, bytesRead) }]
    return
  }
  for await (const stretches of walkFrames(file.handle, file.header.salt, from, to, pieceBytes)) {
    const items: QueueItem[] = []
    for (const stretch of stretches) {
      const item = itemOf(stretch, positionOf(file.number, stretch.end))
      if (item === 'newer') {
        if (items.length > 0) yield items
        const where = `a record of the queue file ${queueFileName(file.number)}`
        throw new QueueError('io', `${where} was written by a newer version of Heartwood: start that version`)
      }
      items.push(item)
    }
    yield items
  }
}

/** What stands in a stretch; `newer` for a record that only a later version can read. */
function itemOf(stretch: Stretch, position: bigint): QueueItem | 'newer' {
  if (stretch.kind === 'damaged') {
    const { reason, sample, record } = stretch
    return { kind: 'damaged', position, reason, sample, salvage: record && salvageOf(record) }
  }
  const { body } = stretch
  const header = readRecordHeader(JSON.parse(stretch.header.toString()))
  if (header === 'newer') return header
  if (header !== undefined) return { kind: 'record', position, header, body }
  const reason = 'the header of the record says nothing that can be read'
  return { kind: 'damaged', position, reason, sample: Buffer.from(body.subarray(0, 8192)) }
}

/** What a record with a wrong checksum says, where its header can be read. */
function salvageOf({ header, body }: { readonly header: Buffer; readonly body: Buffer }) {
  try {
    const parsed = RecordHeader.safeParse(JSON.parse(header.toString()))
    return parsed.success ? { header: parsed.data, body } : undefined
  } catch {
    return undefined
  }
}
