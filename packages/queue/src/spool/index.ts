export { type DrainedPosition, drainedPosition } from './drained-position.ts'
export { openSetAside, type SetAside, type SetAsideOptions } from './set-aside.ts'
export { drainedFile, spoolHolds } from './spool-holds.ts'
export {
  openSpoolingPublisher,
  type SpoolingOptions,
  type SpoolingPublisher,
  type SpoolState,
} from './spooling-publisher.ts'
