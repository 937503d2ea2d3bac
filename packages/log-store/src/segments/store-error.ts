import { LogStoreError } from '../port.ts'
import { isDiskFull } from './files/durable-files.ts'

/** Gives a full disk its name; everything else stays what it is. */
export function asStoreError(error: unknown): unknown {
  if (!isDiskFull(error)) return error
  return new LogStoreError('disk_full', 'the disk of the log store is full', { cause: error })
}
