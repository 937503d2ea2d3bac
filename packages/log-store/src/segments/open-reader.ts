import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { NANOS_PER_MILLI, type Nanos } from '@heartwood/event'
import type { LogReader } from '../port.ts'
import { type DurableFiles, localFiles } from './files/durable-files.ts'
import { LocalSegmentFiles } from './files/local-segment-files.ts'
import { SegmentIndexes } from './idx/segment-indexes.ts'
import { StoreFollower } from './questions/store-follower.ts'
import { SegmentsReader } from './reader.ts'

export interface SegmentsReaderOptions {
  /** The folder of the store; it may be still to come. */
  readonly dir: string
  /** Where large queries spill to; `tmp` in the store's folder if it is not given. */
  readonly tempDirectory?: string
  /** Memory of DuckDB, such as `512MB`. */
  readonly memoryLimit?: string
  /** Disk for spilling, such as `2GB`. */
  readonly tempLimit?: string
  readonly threads?: number
  /** Queries that DuckDB runs at once, as of each moment; further ones wait, and `waiting` of them may. */
  readonly atOnce?: () => number
  readonly waiting?: number
  /**
   * Rows of the segments that an edge of a count goes through, up to which they are counted in this thread at once, some
   * milliseconds for each 64 K, and not by DuckDB, which has more threads and a queue.
   */
  readonly edgeRows?: number
  /** Rows up to which percentiles are exact; each takes eight bytes of DuckDB's memory, and as much again while it grows. */
  readonly exactRows?: number
  /** Milliseconds a query may take. */
  readonly timeLimit?: number
  /** Called when DuckDB has failed for good: end the process, so that its supervisor starts it again. */
  readonly onLost?: (error: Error) => void
  /** Called once for each index file that is not what was written; its segment is read without it, which takes longer. */
  readonly onDamagedIndex?: (file: string, error: unknown) => void
  readonly now?: () => Nanos
  readonly files?: DurableFiles
}

/** Of index parts in memory: the filters of about ten million events. */
const INDEX_BYTES = 64 * 1024 * 1024

/** A commit is seen this soon by what does not ask the manifest itself (`stats`). */
const FOLLOW_MILLIS = 500

const AT_ONCE = 2
const EDGE_ROWS = 2_097_152
const EXACT_ROWS = 16_000_000

/** Opens the store for questions. It needs no writer, and the writer needs no reader. */
export async function openSegmentsReader(options: SegmentsReaderOptions): Promise<LogReader> {
  const { dir } = options
  const tempDirectory = options.tempDirectory ?? join(dir, 'tmp')
  const special = /[*?[\]]/.exec(dir)
  if (special !== null) {
    throw new Error(`the folder of the log store must not have "${special[0]}" in its path: ${dir}`)
  }
  await mkdir(tempDirectory, { recursive: true })
  const files = options.files ?? localFiles
  const segmentFiles = new LocalSegmentFiles(dir)
  // Loaded only here: the indexer opens the writer of this package and has no use for DuckDB.
  const { DuckDbEngine } = await import('./questions/duckdb-engine.ts')
  const engine = await DuckDbEngine.open({
    directories: segmentFiles.directories,
    tempDirectory,
    memoryLimit: options.memoryLimit ?? '512MB',
    tempLimit: options.tempLimit ?? '2GB',
    threads: options.threads ?? 2,
    atOnce: options.atOnce ?? (() => AT_ONCE),
    waiting: options.waiting ?? 32,
    timeLimit: options.timeLimit ?? 60_000,
    onLost: options.onLost ?? (() => undefined),
  })
  const source = new StoreFollower(files, dir)
  source.follow(FOLLOW_MILLIS)
  return new SegmentsReader({
    files,
    dir,
    source,
    segmentFiles,
    engine,
    edgeRows: options.edgeRows ?? EDGE_ROWS,
    indexes: new SegmentIndexes({
      maxBytes: INDEX_BYTES,
      onDamaged: options.onDamagedIndex ?? (() => undefined),
    }),
    exactRows: options.exactRows ?? EXACT_ROWS,
    now: options.now ?? (() => BigInt(Date.now()) * NANOS_PER_MILLI),
  })
}
