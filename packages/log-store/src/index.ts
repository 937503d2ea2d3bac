export { type MemoryLogStore, memoryLogStore } from './memory/memory-log-store.ts'
export * from './port.ts'
export { openSegmentsReader, type SegmentsReaderOptions } from './segments/open-reader.ts'
export { openSegmentsWriter, type SegmentsWriterOptions } from './segments/open-writer.ts'
