export { calledOff } from './called-off.ts'
export type { HotDays } from './hot-days.ts'
export { type MemoryLogStore, memoryLogStore } from './memory/memory-log-store.ts'
export * from './port.ts'
export { connectSegmentsAppender } from './segments/append/connect-appender.ts'
export type { ColdPlace } from './segments/cold/cold-place.ts'
export {
  ParquetTable,
  type TableColumn,
  type TableColumnType,
  type TableValue,
} from './segments/export/parquet-table.ts'
export { Lock } from './segments/lock.ts'
export { openSegmentsReader, type SegmentsReaderOptions } from './segments/open-reader.ts'
export type { ReaderLimits } from './segments/open-reader-of.ts'
export { openSegmentsWriter, type SegmentsWriterOptions } from './segments/open-writer.ts'
export type { SegmentsLogWriter } from './segments/writer.ts'
export type { Coverage, CoverageSource } from './tiered/coverage.ts'
export { FollowedCoverage, READERS_LEAVE_MILLIS } from './tiered/followed-coverage.ts'
export {
  type CoverageKeeper,
  coverageOf,
  type KeptCoverage,
  type LentDays,
} from './tiered/kept-coverage.ts'
export {
  planRestore,
  type RestorePlan,
  type RestoreProgress,
  type RestoreRequest,
  type Restoring,
  restoreDays,
} from './tiered/restore.ts'
export { type Retired, type Retiring, retireDays } from './tiered/retire.ts'
export { TieredReader } from './tiered/tiered-reader.ts'
