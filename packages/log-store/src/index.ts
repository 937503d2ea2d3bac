export { type MemoryLogStore, memoryLogStore } from './memory/memory-log-store.ts'
export * from './port.ts'
export { connectSegmentsAppender } from './segments/append/connect-appender.ts'
export {
  ParquetTable,
  type TableColumn,
  type TableColumnType,
  type TableValue,
} from './segments/export/parquet-table.ts'
export { Lock } from './segments/lock.ts'
export { openSegmentsReader, type SegmentsReaderOptions } from './segments/open-reader.ts'
export { openSegmentsWriter, type SegmentsWriterOptions } from './segments/open-writer.ts'
export type { SegmentsLogWriter } from './segments/writer.ts'
export type { Coverage, CoverageSource } from './tiered/coverage.ts'
export { TieredReader } from './tiered/tiered-reader.ts'
