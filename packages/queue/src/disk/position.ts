/**
 * A position of the disk queue: number of the file in the upper bits, offset within the file in the lower 32.
 * It points behind a record, so "continue after" is "read from here". Files are numbered upward and never
 * renumbered, hence positions grow across files and processes. A file number below 2^31 keeps it within int64.
 */
export function positionOf(file: number, offset: number): bigint {
  return (BigInt(file) << 32n) | BigInt(offset)
}

export function fileOf(position: bigint): number {
  return Number(position >> 32n)
}

export function offsetOf(position: bigint): number {
  return Number(position & 0xffff_ffffn)
}

/**
 * The number of a publisher's first file, unless there is a later one: seconds since 2020. A queue that was deleted, as
 * a whole or its newest files, is thereby ahead of every position that the log store remembers of it.
 */
export function firstFileNumber(nowMillis: number): number {
  return Math.max(1, Math.floor((nowMillis - Date.UTC(2020, 0, 1)) / 1000))
}
