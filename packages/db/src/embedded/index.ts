export { locateBinaries, type PostgresBinaries } from './binaries.ts'
export {
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
  endLeftoverPostgres,
  startEmbeddedPostgres,
} from './server.ts'
