export { type DrainedPosition, drainedPosition } from './drained-position.ts'
export { setAside } from './set-aside.ts'
export { drainedFile, spoolHolds } from './spool-holds.ts'
export {
  openSpoolingPublisher,
  type SpoolingOptions,
  type SpoolingPublisher,
  type SpoolState,
} from './spooling-publisher.ts'
