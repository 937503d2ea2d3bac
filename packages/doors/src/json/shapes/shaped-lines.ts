import type { EventWriter, LeafPlace } from '../../columns/event-writer.ts'
import { OPEN_BRACE, skipSpace } from '../../framing/bytes.ts'
import { MAX_VALUES, ScannedValues } from './scanned-values.ts'
import { shapeOfLine } from './shape-of-line.ts'
import { ShapeTrie } from './shape-trie.ts'

/** Longer lines do not teach their shape: that walk is for the few lines that others follow. */
const MAX_LESSON_BYTES = 64 * 1024
/** So many lines of a batch may teach: most of those that come so late have nothing to teach. */
const MAX_LESSONS = 1024
/** After so many lines that followed no shape, a batch of which fewer than one in eight did is not worth trying. */
const PATIENCE = 512
const WORTH_TRYING = 8

/**
 * Reads JSON lines of one batch by the shapes of the lines before: what stands between the values is compared with what
 * stood there before, so no object, no key and no known string is ever made. Lines that follow no shape are left to the
 * plain way, after which they may teach theirs.
 */
export class ShapedLines {
  readonly #writer: EventWriter
  readonly #trie: ShapeTrie
  readonly #values: ScannedValues
  readonly #leaves: LeafPlace[] = []
  #followed = 0
  #others = 0
  #lessons = 0

  constructor(writer: EventWriter) {
    this.#writer = writer
    this.#trie = new ShapeTrie(writer.store)
    this.#values = new ScannedValues(writer.store)
  }

  /** Writes the object of a line; false, and nothing is written, where the line follows no known shape. */
  write(start: number, end: number): boolean {
    if (this.#hopeless()) return false
    const used = this.#writer.store.used
    const values = this.#scan(start, end)
    if (values < 0) {
      this.#writer.store.release(used)
      this.#others++
    } else {
      this.#followed++
      for (let slot = 0; slot < values; slot++) {
        const leaf = this.#leaves[slot]
        if (leaf !== undefined) this.#values.write(slot, leaf, this.#writer)
      }
    }
    this.#values.clear()
    return values >= 0
  }

  /** Learns the shape of a line of sound UTF-8 and JSON that has just been written as an object. */
  learn(start: number, end: number): void {
    if (this.#lessons === MAX_LESSONS || this.#trie.full || end - start > MAX_LESSON_BYTES) return
    this.#lessons++
    const { bytes } = this.#writer.store
    if (bytes[skipSpace(bytes, start, end)] !== OPEN_BRACE) return
    const shape = shapeOfLine(bytes, start, end, this.#writer)
    if (shape !== undefined) this.#trie.learn(shape)
  }

  /** Values of followed lines that were read the plain way. */
  get plainValues(): number {
    return this.#values.plainWritten
  }

  /** Reads the values of a line and their places; gives how many there are, or -1. */
  #scan(start: number, end: number): number {
    let node = this.#trie.root
    let at = start
    for (let slot = 0; slot <= MAX_VALUES; slot++) {
      const glue = this.#trie.find(node, at, end)
      if (glue === undefined) return -1
      if (glue.leaf === undefined) return slot
      this.#leaves[slot] = glue.leaf
      at = this.#values.scan(at + glue.length, end, slot)
      if (at < 0) return -1
      node = glue.next
    }
    return -1
  }

  #hopeless(): boolean {
    return this.#others > PATIENCE && this.#others > this.#followed * WORTH_TRYING
  }
}
