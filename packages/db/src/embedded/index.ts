export { locateBinaries, type PostgresBinaries } from './binaries.ts'
export { type EmbeddedPostgres, type EmbeddedPostgresOptions, startEmbeddedPostgres } from './server.ts'
