import { statSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { LogStoreError, type Tier } from '../../port.ts'
import { idxPath, liveDirectory, segmentPath, segmentsDirectory } from '../append/segment-file.ts'
import { type FileBytes, openFile } from '../fetch/file-bytes.ts'
import type { SegmentInfo } from '../manifest/manifest-format.ts'
import { readAt } from './read-at.ts'
import type { IndexBytes, QuestionFiles, SegmentFiles } from './segment-files.ts'

/** The files of a store whose folder is on this machine. */
export class LocalSegmentFiles implements SegmentFiles {
  readonly #dir: string
  readonly directories: readonly string[]

  constructor(dir: string) {
    this.#dir = dir
    this.directories = [join(segmentsDirectory(dir), '/'), join(liveDirectory(dir), '/')]
  }

  check(segment: SegmentInfo): void {
    const path = this.path(segment)
    // Synchronous on purpose: the thread pool may be full of queries, and a stat takes microseconds.
    const stat = statSync(path, { throwIfNoEntry: false })
    if (stat === undefined) throw new LogStoreError('corrupt', `${path} is missing`)
    if (stat.size !== segment.bytes) {
      throw new LogStoreError('corrupt', `${path} has ${stat.size} bytes, the manifest says ${segment.bytes}`)
    }
  }

  path({ file }: SegmentInfo): string {
    return segmentPath(this.#dir, file)
  }

  tierOf(): Tier {
    return 'hot'
  }

  named(segment: SegmentInfo): string {
    return this.path(segment)
  }

  open(segment: SegmentInfo): FileBytes {
    return openFile(this.path(segment))
  }

  distrust(): void {}

  forQuestion(): QuestionFiles {
    return {
      fetched: 0,
      reading: async (read) => read(),
      bring: () => DONE,
      hold: () => HELD,
      openIndexSlices: () => undefined,
      openIndex: (segment) => openIndexFile(idxPath(this.#dir, segment.file)),
    }
  }
}

const DONE = Promise.resolve()
const HELD: Promise<Disposable> = Promise.resolve({ [Symbol.dispose]() {} })

async function openIndexFile(path: string): Promise<IndexBytes> {
  const handle = await open(path, 'r')
  return {
    read: (offset, length) => readAt(handle, offset, length),
    [Symbol.asyncDispose]: () => handle.close(),
  }
}
