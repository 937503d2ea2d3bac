import { deltaBinaryPacked32 } from './delta-binary.ts'

/** Room for a length of four bytes before each text, made by the join that puts the texts together anyway. */
const GAP = '\0\0\0\0'

export interface TextBytes {
  readonly bytes: Uint8Array
  /** Bytes of each text. */
  readonly lengths: Uint32Array
}

/**
 * Well-formed texts as PLAIN byte arrays: each with its length before it.
 * https://github.com/apache/parquet-format/blob/master/Encodings.md#plain-plain--0
 */
export function plainTexts(texts: readonly string[]): TextBytes {
  const { bytes, lengths } = joined(texts, GAP)
  let at = 0
  for (let i = 0; i < lengths.length; i++) {
    const length = lengths[i] ?? 0
    bytes[at] = length
    bytes[at + 1] = length >>> 8
    bytes[at + 2] = length >>> 16
    bytes[at + 3] = length >>> 24
    at += 4 + length
  }
  return { bytes, lengths }
}

/**
 * Well-formed texts as DELTA_LENGTH_BYTE_ARRAY: all lengths, then all bytes. `texts` is where the bytes begin.
 * https://github.com/apache/parquet-format/blob/master/Encodings.md#delta-length-byte-array-delta_length_byte_array--6
 */
export function deltaLengthTexts(texts: readonly string[]): TextBytes & { readonly encoded: Uint8Array } {
  const { bytes, lengths } = joined(texts, '')
  return { bytes, lengths, encoded: Buffer.concat([deltaBinaryPacked32(lengths), bytes]) }
}

/** One call into native code for all texts instead of one for each. */
function joined(texts: readonly string[], gap: string): TextBytes {
  const all = gap + texts.join(gap)
  const bytes = Buffer.from(all, 'utf8')
  const lengths = new Uint32Array(texts.length)
  if (bytes.length === all.length) {
    for (let i = 0; i < texts.length; i++) lengths[i] = texts[i]?.length ?? 0
  } else {
    for (let i = 0; i < texts.length; i++) lengths[i] = Buffer.byteLength(texts[i] ?? '')
  }
  return { bytes, lengths }
}
