import { JsonBytes } from '../document/json-bytes.ts'

/** Operations of a bulk request as they are sent, one behind the other: each is its action, and its document where it has one, with their line ends. */
export interface OperationBytes {
  readonly length: number
  readonly bytes: Buffer
  /** Where each ends in `bytes`. */
  readonly ends: Uint32Array
}

/** Most operations have fewer: an event of 400 bytes has 1,300. */
const EXPECTED_BYTES = 1_536

/**
 * Gathers operations as bytes, each as soon as it is written: texts that wait for an answer would be moved about by the
 * garbage collector again and again.
 */
export function gatherOperations(
  items: ArrayLike<number>,
  write: (item: number, into: JsonBytes) => void,
): OperationBytes {
  const { length } = items
  const ends = new Uint32Array(length)
  const into = new JsonBytes(length * EXPECTED_BYTES)
  for (let index = 0; index < length; index++) {
    write(items[index] ?? 0, into)
    ends[index] = into.end
  }
  return { length, bytes: into.written(), ends }
}

export function operationsOf(texts: readonly string[]): OperationBytes {
  return gatherOperations([...texts.keys()], (index, into) => into.text(texts[index] ?? ''))
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
