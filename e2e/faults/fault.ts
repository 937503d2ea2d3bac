/** What can go wrong in a round; `Subject.breakIt` does it and leaves everything running again. */
export const FAULTS = [
  'kill ingest',
  'kill indexer',
  'kill query',
  'kill supervisor',
  'kill all',
  'tear the last record',
  'flip a bit',
  'two indexers',
] as const
export type Fault = (typeof FAULTS)[number]
