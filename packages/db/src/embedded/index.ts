export { locateBinaries, type PostgresBinaries } from './binaries.ts'
export { freePort, freePorts } from './free-port.ts'
export {
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
  endLeftoverPostgres,
  startEmbeddedPostgres,
} from './server.ts'
