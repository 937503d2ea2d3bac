import type { RowReader } from '../fetch/row-reader.ts'
import type { QuestionFiles } from '../files/segment-files.ts'
import type { SegmentIndexes } from '../idx/segment-indexes.ts'
import type { Run } from './duckdb-engine.ts'
import type { ReadTally } from './read-tally.ts'

/** What a question reads segments with. */
export interface ReadMeans {
  /** Runs statements of DuckDB; it may have to wait for other questions. */
  readonly run: Run
  readonly files: QuestionFiles
  /** Reads single rows and columns without DuckDB. */
  readonly reader: RowReader
  /** What is known of segments beside the manifest. */
  readonly indexes: SegmentIndexes
  readonly tally: ReadTally
  /** So many rows at edges of counts are counted without DuckDB. */
  readonly edgeRows: number
  /** Throws where the question was withdrawn: to be called between long steps. */
  readonly check: () => void
}
