import { bitWidth, hybrid } from './hybrid.ts'

/** Page values for RLE_DICTIONARY: one byte with the bit width, then the hybrid without a length. */
export function dictionaryIndices(indices: Uint16Array | Uint32Array, size: number): Uint8Array[] {
  const width = bitWidth(size - 1)
  return [Uint8Array.of(width), hybrid(indices, width)]
}
