import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { LogStoreError } from '../../port.ts'
import { isErrorCode } from '../files/durable-files.ts'

/** A segment file that is open for reading at any place. */
export interface FileBytes extends Disposable {
  readonly size: number
  /** Throws RangeAbsent for bytes that are not here, before any of them is read: so all are brought at once. */
  require(offset: number, length: number): void
  /** Throws LogStoreError `corrupt` where the file ends before, and RangeAbsent. */
  read(offset: number, length: number): Uint8Array
  /** The same into memory that the next such read takes again: for what is unpacked at once. */
  peek(offset: number, length: number): Uint8Array
}

/**
 * Opens a file. Synchronous on purpose: the thread pool may be full of queries, and what is read was mostly written a
 * moment ago. Throws LogStoreError `corrupt` where the file is not there.
 */
export function openFile(path: string): FileBytes {
  const descriptor = descriptorOf(path)
  const readInto = (bytes: Uint8Array, offset: number, length: number) => {
    for (let done = 0; done < length; ) {
      const read = readSync(descriptor, bytes, done, length - done, offset + done)
      if (read === 0) throw new LogStoreError('corrupt', `${path} ends too early`)
      done += read
    }
    return bytes
  }
  return {
    size: fstatSync(descriptor).size,
    require() {},
    read: (offset, length) => readInto(Buffer.allocUnsafeSlow(length), offset, length),
    peek(offset, length) {
      if (length > shared.length) return readInto(Buffer.allocUnsafeSlow(length), offset, length)
      return readInto(shared.subarray(0, length), offset, length)
    },
    [Symbol.dispose]: () => closeSync(descriptor),
  }
}

/** Fresh memory for each page would cost the operating system more than reading it. */
const shared = Buffer.allocUnsafeSlow(1 << 20)

function descriptorOf(path: string): number {
  try {
    return openSync(path, 'r')
  } catch (error) {
    if (isErrorCode(error, 'ENOENT')) throw new LogStoreError('corrupt', `${path} is missing`)
    throw error
  }
}
