/** What a file system gives to a file at once: a sparse file takes up as many of these as were written to. */
export const BLOCK_BYTES = 4096

/** Bytes of a file, `end` exclusive. */
export interface ByteRun {
  readonly offset: number
  readonly end: number
}

/** Which blocks of a file are marked. A block is marked as a whole; the last one may be shorter. */
export class BlockMap {
  readonly #size: number
  readonly #bits: Uint8Array
  #marked = 0

  constructor(size: number) {
    this.#size = size
    this.#bits = new Uint8Array(Math.ceil(size / BLOCK_BYTES / 8))
  }

  /** Blocks that are marked. */
  get marked(): number {
    return this.#marked
  }

  /** Whether all bytes of a run are in marked blocks; bytes behind the end of the file never are. */
  has({ offset, end }: ByteRun): boolean {
    if (end > this.#size) return false
    for (let block = Math.floor(offset / BLOCK_BYTES); block * BLOCK_BYTES < end; block++)
      if (!this.#isMarked(block)) return false
    return true
  }

  mark({ offset, end }: ByteRun): void {
    for (let block = Math.floor(offset / BLOCK_BYTES); block * BLOCK_BYTES < end; block++)
      this.#markBlock(block)
  }

  /** The runs of whole blocks that touch one of the runs and are not marked, rising, as few as they can be. */
  unmarkedIn(runs: readonly ByteRun[]): ByteRun[] {
    const found = new BlockMap(this.#size)
    for (const { offset, end } of runs)
      for (let block = Math.floor(offset / BLOCK_BYTES); block * BLOCK_BYTES < end; block++)
        if (!this.#isMarked(block)) found.#markBlock(block)
    return found.#runs()
  }

  *#blocks(): Generator<number> {
    for (const [index, byte] of this.#bits.entries())
      for (let bit = 0; byte >>> bit !== 0; bit++) if ((byte >>> bit) & 1) yield index * 8 + bit
  }

  #runs(): ByteRun[] {
    const runs: { offset: number; end: number }[] = []
    for (const block of this.#blocks()) {
      const offset = block * BLOCK_BYTES
      const end = Math.min(offset + BLOCK_BYTES, this.#size)
      const last = runs.at(-1)
      if (last?.end === offset) last.end = end
      else runs.push({ offset, end })
    }
    return runs
  }

  #markBlock(block: number): void {
    if (block * BLOCK_BYTES >= this.#size || this.#isMarked(block)) return
    this.#bits[block >> 3] = (this.#bits[block >> 3] ?? 0) | (1 << (block & 7))
    this.#marked++
  }

  #isMarked(block: number): boolean {
    return (((this.#bits[block >> 3] ?? 0) >>> (block & 7)) & 1) === 1
  }
}
