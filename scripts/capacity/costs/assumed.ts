import type { Cost } from './cost.ts'

const assumed = (about: string, value: number, unit: string, why: string): Cost => ({
  about,
  value,
  unit,
  source: { kind: 'assumed', why },
})

/** What no bench of ours has measured. Each is replaced by a row of docs/benchmarks.md as soon as there is one. */
export const ASSUMED = {
  archiverMicros: assumed(
    'CPU of the archiver, events of 400 B',
    13,
    'us an event',
    'the goal of the archive; what it takes is not measured yet',
  ),
  hotBytes: assumed(
    'one copy of an event in Elasticsearch',
    400,
    'B an event',
    'of 400 B; not measured: _source is packed, the words and terms beside it take that up again',
  ),
  queueBytesShare: assumed(
    'one copy of an event in Kafka',
    0.3,
    'of its length',
    'JSON lines of one sender, packed with zstd by the thousand; lines sent one by one take up to all of it',
  ),
  queryMillis: assumed(
    'CPU of query for a question',
    50,
    'ms',
    'not measured in a cluster, where Elasticsearch does most of the work',
  ),
  busyShare: assumed(
    'a core is planned to be busy',
    0.7,
    'of the time',
    'room for restarts and for a node that is away',
  ),
  fullShare: assumed(
    'a disk is planned to be full',
    0.8,
    'of its size',
    'Elasticsearch stops giving shards to a node at 85%',
  ),
  shardBytes: assumed('a shard', 50e9, 'B', 'what the makers of Elasticsearch advise for logs: 10 to 50 GB'),
  shardsPerNode: assumed('shards of a node', 1_000, 'shards', 'the limit Elasticsearch comes with'),
  partitionBytes: assumed(
    'a partition of Kafka takes',
    10e6,
    'B/s',
    'a planning figure, far from what a disk does',
  ),
  segmentFileBytes: assumed('a file in the archive', 64e6, 'B', 'where the archive closes a file'),
  putsPerByte: assumed(
    'each byte is put into S3',
    2,
    'times',
    'once as it comes, once when small files are merged',
  ),
  filesPerSegment: assumed('objects of a segment', 2, 'objects', 'the file and its index'),
} as const satisfies Record<string, Cost>
