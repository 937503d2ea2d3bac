import { type BenchmarkRow, benchmarkRows } from './benchmark-rows.ts'
import type { Cost } from './cost.ts'

/** Where a cost stands in docs/benchmarks.md. It is read from there, so that a new run of the bench is a new plan. */
interface Place {
  readonly about: string
  readonly unit: string
  readonly experiment: string
  /** How the heading of the table begins. */
  readonly heading: string
  readonly figure: string
  readonly cell: 'measured' | 'note'
  /** Each number it captures counts; of several the largest, so that a plan is on the safe side. */
  readonly pattern: RegExp
}

const PROCESSOR = {
  unit: 'us an event',
  experiment: 'cluster',
  heading: 'CPU per event',
  cell: 'measured',
} as const
const RUNS = /([\d,.]+) us/g
const MEMORY = {
  unit: 'MB',
  experiment: 'ingest',
  heading: 'Most memory',
  cell: 'measured',
  pattern: /([\d,.]+) MB/g,
} as const
const RATE = {
  unit: 'events/s',
  experiment: 'ingest',
  heading: 'Events per second',
  cell: 'measured',
  pattern: /^([\d,.]+)\/s/g,
} as const

const PLACES = {
  ingestMicros: { ...PROCESSOR, about: 'CPU of ingest in a cluster', figure: 'ingest', pattern: RUNS },
  indexerMicros: { ...PROCESSOR, about: 'CPU of an indexer in a cluster', figure: 'indexer', pattern: RUNS },
  kafkaMicros: { ...PROCESSOR, about: 'CPU of Kafka, one copy', figure: 'Kafka', pattern: RUNS },
  elasticsearchMicros: {
    ...PROCESSOR,
    about: 'CPU of Elasticsearch, one copy',
    figure: 'Elasticsearch',
    pattern: RUNS,
  },
  profiledMicros: {
    ...PROCESSOR,
    about: 'CPU of an indexer under the profiler',
    heading: 'Where the CPU of an indexer goes',
    figure: 'the process',
    pattern: RUNS,
  },
  profiledMainMicros: {
    ...PROCESSOR,
    about: 'of it, its main thread, which no second core helps',
    heading: 'Where the CPU of an indexer goes',
    figure: 'its main thread',
    pattern: RUNS,
  },
  eventBytes: {
    about: 'length of the events that were measured',
    unit: 'B',
    experiment: 'ingest',
    heading: 'Events per second',
    figure: 'JSON, 400 B',
    cell: 'note',
    pattern: /([\d,.]+) B an event/g,
  },
  segmentBytes: {
    about: 'an event on disk in segments, with their indexes',
    unit: 'B an event',
    experiment: 'disk',
    heading: 'On disk',
    figure: 'all of it',
    cell: 'measured',
    pattern: /([\d,.]+) B an event/g,
  },
  ingestMegabytes: { ...MEMORY, about: 'memory of ingest, flat out', figure: 'most memory of ingest' },
  indexerMegabytes: { ...MEMORY, about: 'memory of the indexer, flat out', figure: 'most memory of indexer' },
  queryMegabytes: { ...MEMORY, about: 'memory of query', figure: 'most memory of query' },
  webMegabytes: { ...MEMORY, about: 'memory of web', figure: 'most memory of web' },
  alerterMegabytes: { ...MEMORY, about: 'memory of the alerter', figure: 'most memory of alerter' },
  manyServicesRate: {
    ...RATE,
    about: 'one machine, 10,000 services',
    figure: 'JSON, 400 B, 10,000 services',
  },
  fewServicesRate: {
    ...RATE,
    about: 'one machine, 200 services, as long a run',
    figure: 'JSON, 400 B, ten interleaved shapes',
  },
} as const satisfies Record<string, Place>

export type MeasuredCosts = { readonly [N in keyof typeof PLACES]: Cost }

/** What a bench measures since a later day: not every page has it yet. */
const LATER = {
  hotBytes: {
    about: 'one copy of an event in Elasticsearch',
    unit: 'B an event',
    experiment: 'cluster',
    heading: 'On disk in Elasticsearch',
    figure: 'one copy, merged',
    cell: 'measured',
    pattern: /([\d,.]+) B an event/g,
  },
} as const satisfies Record<string, Place>

/** Reads what stands in the text of docs/benchmarks.md of the costs that are assumed where it does not. */
export function laterCosts(page: string): { readonly hotBytes: Cost | undefined } {
  const rows = benchmarkRows(page)
  return { hotBytes: hasRow(rows, LATER.hotBytes) ? costAt(rows, LATER.hotBytes) : undefined }
}

function hasRow(rows: readonly BenchmarkRow[], place: Place): boolean {
  return rows.some((row) => isAt(row, place))
}

function isAt(row: BenchmarkRow, { experiment, heading, figure }: Place): boolean {
  return row.experiment === experiment && row.heading.startsWith(heading) && row.figure === figure
}

/** Reads every cost from the text of docs/benchmarks.md. Throws one sentence for a row that is not there any more. */
export function measuredCosts(page: string): MeasuredCosts {
  const rows = benchmarkRows(page)
  const read = (name: keyof typeof PLACES) => costAt(rows, PLACES[name])
  return {
    ingestMicros: read('ingestMicros'),
    indexerMicros: read('indexerMicros'),
    kafkaMicros: read('kafkaMicros'),
    elasticsearchMicros: read('elasticsearchMicros'),
    profiledMicros: read('profiledMicros'),
    profiledMainMicros: read('profiledMainMicros'),
    eventBytes: read('eventBytes'),
    segmentBytes: read('segmentBytes'),
    ingestMegabytes: read('ingestMegabytes'),
    indexerMegabytes: read('indexerMegabytes'),
    queryMegabytes: read('queryMegabytes'),
    webMegabytes: read('webMegabytes'),
    alerterMegabytes: read('alerterMegabytes'),
    manyServicesRate: read('manyServicesRate'),
    fewServicesRate: read('fewServicesRate'),
  }
}

function costAt(rows: readonly BenchmarkRow[], place: Place): Cost {
  const { experiment, heading, figure, cell, pattern, about, unit } = place
  const row = rows.find((row) => isAt(row, place))
  const found = [...(row?.[cell].matchAll(pattern) ?? [])]
  const value = Math.max(...found.map(([, digits = '']) => Number(digits.replaceAll(',', ''))))
  if (row === undefined || !(value > 0))
    throw new Error(
      `docs/benchmarks.md has no figure for ${about}: the table "${heading}" of the experiment ${experiment} needs a row "${figure}" that ${pattern.source} matches. Write it with npm run bench -- --only ${experiment} --write, or change scripts/capacity/costs/measured.ts.`,
    )
  const said = found.map(([text]) => text).join(', then ')
  return {
    value,
    unit,
    about,
    source: { kind: 'measured', row: `${experiment}: ${heading}: ${figure}: ${said}` },
  }
}
