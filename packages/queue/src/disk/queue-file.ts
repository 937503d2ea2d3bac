import { readSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { QueueError } from '../port.ts'
import {
  decodeFileStart,
  decodeMark,
  type FileHeader,
  MARK_AT,
  MARK_BYTES,
  RECORDS_AT,
} from './file-header.ts'
import { walkFrames } from './frame-walk.ts'
import { queueFile } from './layout.ts'
import { offsetOf, positionOf } from './position.ts'

/** A queue file opened for reading. `header` is undefined if both its copies are damaged. */
export interface OpenQueueFile extends AsyncDisposable {
  readonly number: number
  readonly handle: FileHandle
  readonly header: FileHeader | undefined
}

/** Throws what Node throws (ENOENT if it was deleted), or QueueError `io` for a newer format. */
export async function openQueueFile(directory: string, number: number): Promise<OpenQueueFile> {
  const path = queueFile(directory, number)
  const handle = await open(path, 'r')
  try {
    const start = Buffer.alloc(RECORDS_AT)
    const { bytesRead } = await handle.read(start, 0, RECORDS_AT, 0)
    const header = decodeFileStart(start.subarray(0, bytesRead))
    if (header === 'newer') throw new QueueError('io', `${path} was written by a newer version of Heartwood`)
    return {
      number,
      handle,
      header: header === 'damaged' ? undefined : header,
      [Symbol.asyncDispose]: () => handle.close(),
    }
  } catch (error) {
    await handle.close()
    throw error
  }
}

/** Offset up to which the publisher has said the file is durable; where the records begin if it has not yet. */
export function durableOffset(file: OpenQueueFile): number {
  if (file.header === undefined) return RECORDS_AT
  const mark = Buffer.alloc(MARK_BYTES)
  // The block was read when the file was opened, so it lies in memory; the thread pool would cost ten times as much.
  const bytesRead = readSync(file.handle.fd, mark, 0, MARK_BYTES, MARK_AT)
  const position = decodeMark(mark.subarray(0, bytesRead), file.header)
  return position === undefined ? RECORDS_AT : offsetOf(position)
}

/**
 * Where the records of a file end whose publisher is gone: behind the last whole record, and never before the durable
 * mark. A torn record, zeros and other remains of a dying process lie behind it. Undefined if the file has no record.
 */
export async function endOfDeadFile(file: OpenQueueFile): Promise<bigint | undefined> {
  if (file.header === undefined) return positionOf(file.number, (await file.handle.stat()).size)
  let end = durableOffset(file)
  const { size } = await file.handle.stat()
  for await (const stretches of walkFrames(file.handle, file.header.salt, end, size))
    for (const stretch of stretches) if (stretch.kind === 'record') end = stretch.end
  return end > RECORDS_AT ? positionOf(file.number, end) : undefined
}
