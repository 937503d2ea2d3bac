/**
 * Bytes looked at four at a time: strings are hashed and compared on every event. Words are read with the low byte first,
 * whatever the machine.
 */

/** Strings of at least 16 bytes with the same 32 bits happen by chance once in billions; see ByteDictionary for the rest. */
const FACTOR = 0x9e3779b1 | 0

/** The hash of no bytes: a number of this process, so that strings which collide are hard to prepare. */
export const HASH_SEED = Math.floor(Math.random() * 2 ** 32) | 0

/** Takes the next word into a hash (multiply and rotate, as MurmurHash3 does), or one of the last bytes. */
export function hashWord(hash: number, word: number): number {
  const mixed = Math.imul(hash ^ word, FACTOR)
  return (mixed << 13) | (mixed >>> 19)
}

/** Ends a hash: every bit of it comes to depend on the last bytes (the finalizer of MurmurHash3). */
export function hashEnd(hash: number): number {
  let mixed = hash ^ (hash >>> 16)
  mixed = Math.imul(mixed, 0x85ebca6b)
  mixed ^= mixed >>> 13
  mixed = Math.imul(mixed, 0xc2b2ae35)
  return mixed ^ (mixed >>> 16)
}

/** The hash of the bytes `from` to `to`: whole words, then what is left byte by byte. */
export function hashBytes(bytes: DataView, from: number, to: number): number {
  let hash = HASH_SEED
  let at = from
  for (; at + 4 <= to; at += 4) hash = hashWord(hash, bytes.getInt32(at, true))
  for (; at < to; at++) hash = hashWord(hash, bytes.getUint8(at))
  return hashEnd(hash)
}

/** Whether `length` bytes at two places are the same. */
export function sameBytes(a: DataView, from: number, b: DataView, other: number, length: number): boolean {
  let at = 0
  for (; at + 4 <= length; at += 4)
    if (a.getInt32(from + at, true) !== b.getInt32(other + at, true)) return false
  for (; at < length; at++) if (a.getUint8(from + at) !== b.getUint8(other + at)) return false
  return true
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/**
 * Copies `length` bytes to another place, eight or four at a time; the last eight or four may overlap those before. A call of native code
 * costs more than most texts.
 */
export function copyBytes(from: DataView, start: number, to: DataView, place: number, length: number): void {
  if (length > NATIVE_FROM) {
    new Uint8Array(to.buffer, to.byteOffset + place, length).set(
      new Uint8Array(from.buffer, from.byteOffset + start, length),
    )
  } else if (length >= 8) {
    // No bigint is made: V8 sees that only its 64 bits are wanted.
    const last = length - 8
    for (let i = 0; i < last; i += 8) to.setBigInt64(place + i, from.getBigInt64(start + i, true), true)
    to.setBigInt64(place + last, from.getBigInt64(start + last, true), true)
  } else if (length >= 4) {
    to.setInt32(place, from.getInt32(start, true), true)
    const last = length - 4
    to.setInt32(place + last, from.getInt32(start + last, true), true)
  } else for (let i = 0; i < length; i++) to.setUint8(place + i, from.getUint8(start + i))
}

const NATIVE_FROM = 512

/**
 * The order of two stretches of bytes: negative, 0 or positive. For UTF-8 this is the order of code points, which that of
 * UTF-16 units, JavaScript's, is not.
 */
export function compareBytes(
  words: DataView,
  a: number,
  lengthA: number,
  b: number,
  lengthB: number,
): number {
  const length = Math.min(lengthA, lengthB)
  let at = 0
  while (at + 4 <= length && words.getInt32(a + at, true) === words.getInt32(b + at, true)) at += 4
  for (; at < length; at++) {
    const difference = words.getUint8(a + at) - words.getUint8(b + at)
    if (difference !== 0) return difference
  }
  return lengthA - lengthB
}
