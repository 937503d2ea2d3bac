import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { LogStoreError } from '../../port.ts'
import { isErrorCode } from '../files/durable-files.ts'

/** A segment file that is open for reading at any place. */
export interface FileBytes extends Disposable {
  readonly path: string
  readonly size: number
  /** Throws LogStoreError `corrupt` where the file ends before. */
  read(offset: number, length: number): Uint8Array
}

/**
 * Opens a file. Synchronous on purpose: the thread pool may be full of queries, and what is read was mostly written a
 * moment ago. Throws LogStoreError `corrupt` where the file is not there.
 */
export function openFile(path: string): FileBytes {
  const descriptor = descriptorOf(path)
  return {
    path,
    size: fstatSync(descriptor).size,
    read(offset, length) {
      const bytes = Buffer.allocUnsafeSlow(length)
      for (let done = 0; done < length; ) {
        const read = readSync(descriptor, bytes, done, length - done, offset + done)
        if (read === 0) throw new LogStoreError('corrupt', `${path} ends too early`)
        done += read
      }
      return bytes
    },
    [Symbol.dispose]: () => closeSync(descriptor),
  }
}

function descriptorOf(path: string): number {
  try {
    return openSync(path, 'r')
  } catch (error) {
    if (isErrorCode(error, 'ENOENT')) throw new LogStoreError('corrupt', `${path} is missing`)
    throw error
  }
}
