export { type ElasticsearchReaderOptions, openElasticsearchReader } from './open-reader.ts'
export { type ElasticsearchWriterOptions, openElasticsearchWriter } from './open-writer.ts'
export type { BulkObserver } from './write/bulk-sender.ts'
