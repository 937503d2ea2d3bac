/** The time of each row of a row group. */
export interface RowTimes {
  readonly exact: BigInt64Array
  /** The same as little-endian halves, since each BigInt would be an allocation. */
  readonly halves: Int32Array
}

export function rowTimes(exact: BigInt64Array): RowTimes {
  return { exact, halves: new Int32Array(exact.buffer, exact.byteOffset, exact.length * 2) }
}

/** The time of a row as a double: only near the true one, and in the same order, but near ones may be equal. */
export function nearTime({ halves }: RowTimes, row: number): number {
  return (halves[row * 2 + 1] ?? 0) * 0x1_0000_0000 + ((halves[row * 2] ?? 0) >>> 0)
}
