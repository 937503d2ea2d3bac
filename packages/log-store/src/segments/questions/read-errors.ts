import { basename } from 'node:path'
import { LogStoreError } from '../../port.ts'
import { LIVE_SUFFIX } from '../append/segment-file.ts'
import { RangeAbsent } from '../files/segment-files.ts'

/** How DuckDB begins to say that a file is gone, or is not what it was written as. */
const FILE_TROUBLE = /^(IO Error|Invalid Input Error|Invalid Error|Serialization Error|Corruption Error)/

/** Whether an error may come from a file that is missing or damaged. */
export function isFileTrouble(error: unknown): boolean {
  if (error instanceof LogStoreError) return error.code === 'corrupt'
  return error instanceof Error && FILE_TROUBLE.test(error.message) && fileIn(error.message) !== undefined
}

/** Whether it is such an error of DuckDB that does not say which file it is about. */
export function isUnnamedTrouble(error: unknown): boolean {
  return error instanceof Error && FILE_TROUBLE.test(error.message) && fileIn(error.message) === undefined
}

/** Whether it is a live segment that is missing or damaged: they go soon, and are not worth an error. */
export function isLiveTrouble(error: unknown): boolean {
  return (
    isFileTrouble(error) && error instanceof Error && fileIn(error.message)?.endsWith(LIVE_SUFFIX) === true
  )
}

/** The segment file that an error tells of, by its name. */
export function troubledFile(error: unknown): string | undefined {
  const path = error instanceof Error ? fileIn(error.message) : undefined
  return path && basename(path)
}

/** Gives damage its name, which is that of the file in the error if none is given; everything else stays what it is. */
export function asReadError(error: unknown, name: string | undefined): unknown {
  if (error instanceof LogStoreError || !(error instanceof Error) || !isFileTrouble(error)) return error
  const [reason] = error.message.split('\n')
  return new LogStoreError('corrupt', `${name ?? fileIn(error.message)} cannot be read: ${reason}`, {
    cause: error,
  })
}

function fileIn(message: string): string | undefined {
  return /["']?([^"'\n]+\.parquet)/.exec(message)?.[1]
}

/** An error that reading `path` threw, as damage of that file, unless the operating system refused or it is not here yet. */
export function asCorrupt(error: unknown, path: string): unknown {
  if (
    error instanceof RangeAbsent ||
    error instanceof LogStoreError ||
    (error instanceof Error && 'syscall' in error)
  )
    return error
  const reason = error instanceof Error ? error.message : String(error)
  return new LogStoreError('corrupt', `${path} cannot be read: ${reason}`, { cause: error })
}
