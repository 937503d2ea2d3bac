import type { ColumnBuilder, Int64Column } from '@heartwood/event'

const TWO_32 = 2 ** 32

/**
 * An int64 column that takes safe integers without making a bigint of each: a number is written as its two 32-bit
 * halves (two's complement, the byte order of the machine).
 */
export function int64Writer(): ColumnBuilder<number | bigint, Int64Column> {
  let capacity = 0
  let present = new Uint8Array(0)
  let values = new BigInt64Array(0)
  let halves = new Int32Array(values.buffer)
  const grow = (needed: number) => {
    capacity = Math.max(needed, capacity * 2, 64)
    const larger = new BigInt64Array(capacity)
    larger.set(values)
    values = larger
    halves = new Int32Array(values.buffer)
    const marks = new Uint8Array(capacity)
    marks.set(present)
    present = marks
  }
  return {
    set(row, value) {
      if (row >= capacity) grow(row + 1)
      present[row] = 1
      if (typeof value === 'bigint') {
        values[row] = value
        return
      }
      const high = Math.floor(value / TWO_32)
      halves[row * 2 + LOW] = value - high * TWO_32
      halves[row * 2 + HIGH] = high
    },
    finish(length) {
      if (length > capacity) grow(length)
      return { type: 'int64', present: present.slice(0, length), values: values.slice(0, length) }
    },
  }
}

const LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1
const LOW = LITTLE_ENDIAN ? 0 : 1
const HIGH = LITTLE_ENDIAN ? 1 : 0
