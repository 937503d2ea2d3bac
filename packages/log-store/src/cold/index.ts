export {
  type Archived,
  type ArchiveObserver,
  ArchiveWriter,
  type ArchiveWriterParts,
} from './archive/archive-writer.ts'
export type { GatheredBatch, GatheredRecords } from './archive/gather.ts'
export { ColdCommitter, type CommitOptions, type Decide } from './manifest/cold-committer.ts'
export * from './manifest/cold-format.ts'
export * from './manifest/cold-keys.ts'
export { ColdManifest, type ColdManifestOptions, GRACE_MS } from './manifest/cold-manifest.ts'
export { type ColdDayTotals, type ColdState, totalsOf } from './manifest/cold-state.ts'
export { coverageKeeper, type Fenced } from './manifest/coverage-keeper.ts'
export { type ColdReaderOptions, openColdReader } from './open-cold-reader.ts'
export { proveExclusivePuts } from './prove-exclusive.ts'
export { openStandaloneReader, type StandaloneReaderOptions } from './standalone/open-standalone-reader.ts'
export { type Recovered, type RecoverOptions, recoverStore } from './standalone/recover-store.ts'
export { StandaloneArchive, type StandaloneArchiveOptions } from './standalone/standalone-archive.ts'
export { type DeleteParts, deleteEvents } from './upkeep/delete-events.ts'
export { type MergedRound, type MergeParts, SettledMerges } from './upkeep/merge-settled.ts'
export { type OrphanParts, OrphanSweep } from './upkeep/sweep-orphans.ts'
export { keepUp, type UpkeepParts, type UpkeepRound } from './upkeep/upkeep.ts'
export { type KnownSegments, openKnownSegments } from './verify/known-segments.ts'
export {
  type ObjectFault,
  type Verified,
  type VerifyOptions,
  type VerifyProgress,
  verifySegments,
} from './verify/verify-segments.ts'
