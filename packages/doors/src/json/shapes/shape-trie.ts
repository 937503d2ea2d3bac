import { sameBytes } from '@heartwood/event'
import type { ByteStore } from '../../columns/byte-store.ts'
import type { LeafPlace } from '../../columns/event-writer.ts'

/**
 * What stands between two values of a line (or before the first, behind the last): keys, quotes, colons, braces and white
 * space, by where it was first seen in the bodies. The value behind it goes to `leaf`; at the end of the line there is none.
 */
export interface Glue {
  readonly start: number
  readonly length: number
  readonly leaf: LeafPlace | undefined
  readonly next: ShapeNode
}

/** The glues that have been seen behind the same values. */
export interface ShapeNode {
  readonly glues: Glue[]
}

/** A piece of a shape, to be learned: where its glue lies, and what value follows. */
export interface ShapePiece {
  readonly start: number
  readonly end: number
  readonly leaf: LeafPlace | undefined
}

/** More glues behind one value are not looked through, and no more than these are kept for a batch. */
const MAX_BRANCHES = 64
const MAX_GLUES = 8_192
/** Longer keys than any sensible one, with white space to spare. */
const MAX_GLUE_BYTES = 1_024

/**
 * The shapes of the lines of some bodies: lines that begin with the same glue share the path, so that ten shapes in turn cost
 * little more than one. What a sender can make it hold is bounded.
 */
export class ShapeTrie {
  readonly root: ShapeNode = { glues: [] }
  readonly #store: ByteStore
  #glues = 0

  constructor(store: ByteStore) {
    this.#store = store
  }

  get full(): boolean {
    return this.#glues >= MAX_GLUES
  }

  /**
   * The glue at `at` of a line that ends at `end`, or undefined where none of the node's is there. At most one can be: a
   * glue that begins another one is followed by a value, and where the longer one goes on there is none.
   */
  find(node: ShapeNode, at: number, end: number): Glue | undefined {
    const { glues } = node
    for (let i = 0; i < glues.length; i++) {
      const glue = glues[i]
      if (glue !== undefined && this.#stands(glue, at, end)) return glue
    }
    return undefined
  }

  /** Adds a path; one that would be too large is left out as a whole. */
  learn(pieces: readonly ShapePiece[]): void {
    if (this.#glues + pieces.length > MAX_GLUES) {
      this.#glues = MAX_GLUES
      return
    }
    if (pieces.some(({ start, end }) => end - start > MAX_GLUE_BYTES)) return
    let node = this.root
    for (const piece of pieces) {
      let glue = node.glues.find((known) => this.#isSame(known, piece))
      if (glue === undefined) {
        if (node.glues.length === MAX_BRANCHES) return
        glue = {
          start: piece.start,
          length: piece.end - piece.start,
          leaf: piece.leaf,
          next: { glues: [] },
        }
        node.glues.push(glue)
        this.#glues++
      }
      node = glue.next
    }
  }

  #stands(glue: Glue, at: number, end: number): boolean {
    const { bytes, words } = this.#store
    const stop = at + glue.length
    if (glue.leaf === undefined ? stop !== end : stop >= end || BEGINS_VALUE[bytes[stop] ?? 0] === 0)
      return false
    return sameBytes(words, glue.start, words, at, glue.length)
  }

  #isSame(glue: Glue, piece: ShapePiece): boolean {
    if (glue.length !== piece.end - piece.start || (glue.leaf === undefined) !== (piece.leaf === undefined))
      return false
    const { words } = this.#store
    return sameBytes(words, glue.start, words, piece.start, glue.length)
  }
}

const BEGINS_VALUE = new Uint8Array(256)
for (const byte of Buffer.from('"-0123456789[tfn')) BEGINS_VALUE[byte] = 1
