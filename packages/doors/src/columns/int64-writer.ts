import type { ColumnBuilder, Int64Column } from '@heartwood/event'

const TWO_32 = 2 ** 32

/**
 * An int64 column of at most `maxRows` rows that takes safe integers without making a bigint of each: a number is written as its two 32-bit
 * halves (two's complement, the byte order of the machine).
 */
export function int64Writer(maxRows: number): ColumnBuilder<number | bigint, Int64Column> {
  const present = new Uint8Array(maxRows)
  const values = new BigInt64Array(maxRows)
  const halves = new Int32Array(values.buffer)
  return {
    set(row, value) {
      present[row] = 1
      if (typeof value === 'bigint') {
        values[row] = value
        return
      }
      const high = Math.floor(value / TWO_32)
      halves[row * 2 + LOW] = value - high * TWO_32
      halves[row * 2 + HIGH] = high
    },
    finish: (length) => ({
      type: 'int64',
      present: length === maxRows ? present : present.slice(0, length),
      values: length === maxRows ? values : values.slice(0, length),
    }),
  }
}

const LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1
const LOW = LITTLE_ENDIAN ? 0 : 1
const HIGH = LITTLE_ENDIAN ? 1 : 0
