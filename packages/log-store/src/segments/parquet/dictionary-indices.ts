import { bitWidth, hybrid } from './hybrid.ts'

/** Page values for RLE_DICTIONARY: one byte with the bit width, then the hybrid without a length. */
export function dictionaryIndices(indices: Uint8Array | Uint16Array | Uint32Array, size: number): Uint8Array {
  const width = bitWidth(size - 1)
  const encoded = hybrid(indices, width)
  const values = new Uint8Array(encoded.length + 1)
  values[0] = width
  values.set(encoded, 1)
  return values
}
