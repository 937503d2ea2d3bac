import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { NANOS_PER_MILLI, type Nanos } from '@heartwood/event'
import type { LogReader } from '../port.ts'
import { type DurableFiles, localFiles } from './files/durable-files.ts'
import type { SegmentFiles } from './files/segment-files.ts'
import { SegmentIndexes } from './idx/segment-indexes.ts'
import type { ViewSource } from './questions/view-source.ts'
import { SegmentsReader } from './reader.ts'

/** What questions may take. */
export interface ReaderLimits {
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
}

/** What a reader reads. */
export interface ReaderSubject {
  /** The folder of the store, with what is not in segments; it may be still to come. */
  readonly dir: string
  readonly files?: DurableFiles | undefined
  /** Which segments count. */
  readonly source: ViewSource
  /** Where they are. */
  readonly segmentFiles: SegmentFiles
}

/** Of index parts in memory: the filters of about ten million events. */
const INDEX_BYTES = 64 * 1024 * 1024

export const QUERY_MILLIS = 60_000
const AT_ONCE = 2
const EDGE_ROWS = 2_097_152
const EXACT_ROWS = 16_000_000

/** Opens a reader of segments, whoever tells of them and wherever they are. */
export async function openReaderOf(
  { dir, files = localFiles, source, segmentFiles }: ReaderSubject,
  limits: ReaderLimits,
): Promise<LogReader> {
  const tempDirectory = limits.tempDirectory ?? join(dir, 'tmp')
  for (const directory of segmentFiles.directories) assertPlain(directory)
  await mkdir(tempDirectory, { recursive: true })
  // Loaded only here: the indexer opens the writer of this package and has no use for DuckDB.
  const { DuckDbEngine } = await import('./questions/duckdb-engine.ts')
  const engine = await DuckDbEngine.open({
    directories: segmentFiles.directories,
    tempDirectory,
    memoryLimit: limits.memoryLimit ?? '512MB',
    tempLimit: limits.tempLimit ?? '2GB',
    threads: limits.threads ?? 2,
    atOnce: limits.atOnce ?? (() => AT_ONCE),
    waiting: limits.waiting ?? 32,
    timeLimit: limits.timeLimit ?? QUERY_MILLIS,
    onLost: limits.onLost ?? (() => undefined),
  })
  return new SegmentsReader({
    files,
    dir,
    source,
    segmentFiles,
    engine,
    edgeRows: limits.edgeRows ?? EDGE_ROWS,
    indexes: new SegmentIndexes({
      maxBytes: INDEX_BYTES,
      onDamaged: limits.onDamagedIndex ?? (() => undefined),
    }),
    exactRows: limits.exactRows ?? EXACT_ROWS,
    now: limits.now ?? (() => BigInt(Date.now()) * NANOS_PER_MILLI),
  })
}

/** DuckDB takes some characters of a path for a pattern. */
function assertPlain(directory: string): void {
  const special = /[*?[\]]/.exec(directory)
  if (special !== null) {
    throw new Error(`the folder of the log store must not have "${special[0]}" in its path: ${directory}`)
  }
}
