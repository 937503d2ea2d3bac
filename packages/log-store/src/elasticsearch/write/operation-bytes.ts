/** Operations of a bulk request as they are sent, one behind the other: each is its action, and its document where it has one, with their line ends. */
export interface OperationBytes {
  readonly length: number
  readonly bytes: Buffer
  /** Where each ends in `bytes`. */
  readonly ends: Uint32Array
}

/** A unit of UTF-16 is three bytes at most. */
const MAX_UNIT_BYTES = 3
const FIRST_BYTES = 1_024

/**
 * Gathers operations as bytes, each as soon as its text is made: texts that wait for an answer would be moved about by the
 * garbage collector again and again.
 */
export function gatherOperations(texts: Iterable<string>, count: number): OperationBytes {
  const ends = new Uint32Array(count)
  let bytes = Buffer.allocUnsafe(count * FIRST_BYTES)
  let end = 0
  let length = 0
  for (const text of texts) {
    if (end + text.length * MAX_UNIT_BYTES > bytes.length) {
      const larger = Buffer.allocUnsafe(bytes.length * 2 + text.length * MAX_UNIT_BYTES)
      bytes.copy(larger, 0, 0, end)
      bytes = larger
    }
    end += bytes.write(text, end)
    ends[length++] = end
  }
  return { length, bytes: bytes.subarray(0, end), ends }
}

export function operationsOf(texts: readonly string[]): OperationBytes {
  return gatherOperations(texts, texts.length)
}

/** The bytes of some operations, in pieces. @param places ascending */
export function piecesOf({ bytes, ends }: OperationBytes, places: readonly number[]): Buffer[] {
  const pieces: Buffer[] = []
  for (let index = 0; index < places.length; ) {
    const first = places[index] ?? 0
    let last = first
    while (places[index + 1] === last + 1) {
      last++
      index++
    }
    index++
    pieces.push(bytes.subarray(first === 0 ? 0 : ends[first - 1], ends[last]))
  }
  return pieces
}

/** How many bytes an operation has. */
export function sizeOf({ ends }: OperationBytes, place: number): number {
  return (ends[place] ?? 0) - (place === 0 ? 0 : (ends[place - 1] ?? 0))
}
