import { LogStoreError } from '../../port.ts'
import type { IndexBytes, QuestionFiles } from '../files/segment-files.ts'
import type { SegmentInfo } from '../manifest/manifest-format.ts'
import {
  checkedPart,
  headLength,
  type IdxEntry,
  type IdxPart,
  readDirectory,
  readHeadLength,
} from './idx-file.ts'
import { rowsOf } from './planned-segment.ts'

/** Read first: the head of a file with as many row groups as a merge makes. */
const HEAD_BYTES = headLength(36)

/** An `.idx` file that is open for reading. Reading throws LogStoreError `corrupt` or `newer_format`. */
export class OpenIndex implements AsyncDisposable {
  readonly segment: SegmentInfo
  readonly #bytes: IndexBytes

  private constructor(segment: SegmentInfo, bytes: IndexBytes) {
    this.segment = segment
    this.#bytes = bytes
  }

  static async open(files: QuestionFiles, segment: SegmentInfo): Promise<OpenIndex> {
    return new OpenIndex(segment, await files.openIndex(segment))
  }

  async entries(): Promise<IdxEntry[]> {
    let head = await this.#read(0, HEAD_BYTES)
    const length = readHeadLength(head)
    if (length > head.length) head = await this.#read(0, length)
    const entries = readDirectory(head)
    if (rowsOf(entries) !== this.segment.rows) {
      throw new LogStoreError('corrupt', 'an index of a segment with other rows')
    }
    return entries
  }

  /** Some parts, in one read if nothing lies between them. */
  async parts(parts: readonly IdxPart[]): Promise<Uint8Array[]> {
    const found: Uint8Array[] = []
    for (const run of runsOf(parts)) {
      const start = run[0]?.offset ?? 0
      const bytes = await this.#read(
        start,
        run.reduce((sum, { length }) => sum + length, 0),
      )
      for (const part of run) {
        const at = part.offset - start
        found.push(checkedPart(bytes.subarray(at, at + part.length), part))
      }
    }
    return found
  }

  /** So many bytes, or what there is of them. */
  #read(offset: number, length: number): Promise<Uint8Array> {
    const end = this.segment.idx?.bytes ?? 0
    return this.#bytes.read(offset, Math.min(length, Math.max(0, end - offset)))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#bytes[Symbol.asyncDispose]()
  }
}

function runsOf(parts: readonly IdxPart[]): IdxPart[][] {
  const runs: IdxPart[][] = []
  for (const part of parts) {
    const run = runs.at(-1)
    const before = run?.at(-1)
    if (run !== undefined && before !== undefined && before.offset + before.length === part.offset)
      run.push(part)
    else runs.push([part])
  }
  return runs
}
