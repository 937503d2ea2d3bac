import {
  batchIdOf,
  type DeadLetter,
  type DeadLetterFilter,
  type LogEvent,
  MAX_NANOS,
  MIN_NANOS,
  type Nanos,
} from '@heartwood/event'
import { ALL, type Query } from '@heartwood/query-lang'
import type {
  BatchReceipt,
  CountRequest,
  FieldInfo,
  FieldsRequest,
  HistogramBucket,
  HistogramRequest,
  LogReader,
  MissingPart,
  Numbers,
  NumbersRequest,
  Patterns,
  PatternsRequest,
  Percentiles,
  PercentilesRequest,
  QueryRequest,
  ReadStats,
  SearchPage,
  SearchRequest,
  StoredDay,
  StoreStats,
  TimeRange,
  TopRequest,
  TopValue,
} from '../port.ts'
import { LogStoreError } from '../port.ts'
import { RowReader } from './fetch/row-reader.ts'
import type { DurableFiles } from './files/durable-files.ts'
import type { SegmentFiles } from './files/segment-files.ts'
import type { SegmentIndexes } from './idx/segment-indexes.ts'
import { findDeadLetters, listDeadLetters } from './manifest/dead-letter-list.ts'
import type { SegmentInfo } from './manifest/manifest-format.ts'
import { findBatch } from './manifest/receipt-lookup.ts'
import { damageIn } from './questions/damaged-segment.ts'
import type { DuckDbEngine, Run } from './questions/duckdb-engine.ts'
import { fieldsOf } from './questions/field-list.ts'
import { commonValues, countMatches } from './questions/grouped-counts.ts'
import { histogramOf } from './questions/histogram.ts'
import { LostSegments } from './questions/lost-segments.ts'
import { patternsOf } from './questions/patterns.ts'
import { numbersOf, percentilesOf } from './questions/percentiles.ts'
import { overlaps } from './questions/prune.ts'
import { planQuery, type QueryPlan } from './questions/query-plan.ts'
import {
  asReadError,
  isFileTrouble,
  isLiveTrouble,
  isUnnamedTrouble,
  troubledFile,
} from './questions/read-errors.ts'
import type { ReadMeans } from './questions/read-means.ts'
import { ReadTally } from './questions/read-tally.ts'
import { eventById, searchSegments } from './questions/search.ts'
import { durableView, type StoreView } from './questions/store-view.ts'
import type { ViewSource } from './questions/view-source.ts'

export interface SegmentsReaderParts {
  readonly files: DurableFiles
  readonly dir: string
  readonly source: ViewSource
  readonly segmentFiles: SegmentFiles
  readonly engine: DuckDbEngine
  readonly edgeRows: number
  readonly indexes: SegmentIndexes
  readonly exactRows: number
  readonly now: () => Nanos
}

/** Answers questions about the store from another process than the writer's. */
export class SegmentsReader implements LogReader {
  readonly #parts: SegmentsReaderParts
  readonly #rows: RowReader
  /** What is in memory is of these files alone. */
  #keptOf: ReadonlySet<string> | undefined
  #closed = false

  constructor(parts: SegmentsReaderParts) {
    this.#parts = parts
    this.#rows = new RowReader(parts.segmentFiles)
  }

  /** Bytes of what is in memory of files. */
  get keptBytes(): number {
    return this.#rows.keptBytes + this.#parts.indexes.keptBytes
  }

  async refresh(): Promise<void> {
    this.#assertOpen()
    await this.#parts.source.refresh()
  }

  search(request: SearchRequest): Promise<SearchPage> {
    const handedOut: LogEvent[] = []
    return this.#ask(request, (plan, means) => searchSegments(means, plan, request, handedOut))
  }

  count(request: CountRequest): Promise<number> {
    return this.#ask(request, (plan, means) => countMatches(means, plan, request.onProgress))
  }

  histogram(request: HistogramRequest): Promise<HistogramBucket[]> {
    return this.#ask(request, (plan, means) => histogramOf(means, plan, request))
  }

  top(request: TopRequest): Promise<TopValue[]> {
    return this.#ask(request, (plan, means) => commonValues(means, plan, request.field, request.limit))
  }

  percentiles(request: PercentilesRequest): Promise<Percentiles> {
    const { exactRows } = this.#parts
    return this.#ask(request, (plan, means) => percentilesOf({ ...means, exactRows }, plan, request))
  }

  numbers(request: NumbersRequest): Promise<Numbers> {
    return this.#ask(request, (plan, means) => numbersOf(means, plan, request))
  }

  patterns(request: PatternsRequest): Promise<Patterns> {
    return this.#ask(request, (plan, means) => patternsOf(means, plan, request))
  }

  fields(request: FieldsRequest): Promise<FieldInfo[]> {
    return this.#ask({ query: ALL, ...request }, async (plan) => fieldsOf(plan.segments, plan.catalog))
  }

  async event(id: string): Promise<LogEvent | undefined> {
    // The receipt of its batch, where it is still known, says which segments hold it most likely.
    const receivedAt = (await this.batch(batchIdOf(id)))?.received_at
    const missing: MissingPart[] = []
    const onRead = (read: ReadStats) => missing.push(...(read.missing ?? []))
    const event = await this.#ask({ query: withId(id), range: EVER, onRead }, async (plan, means) => {
      const { likely = [], others = [] } = Object.groupBy(plan.segments, ({ min_receipt, max_receipt }) =>
        receivedAt !== undefined && min_receipt <= receivedAt && max_receipt >= receivedAt
          ? 'likely'
          : 'others',
      )
      const find = (segments: typeof likely) =>
        segments.length === 0 ? undefined : eventById(means, { ...plan, segments }, id)
      return (await find(likely)) ?? (await find(others))
    })
    const [lost] = missing
    if (event === undefined && lost !== undefined) throw new LogStoreError('corrupt', lost.reason)
    return event
  }

  async batch(batchId: string): Promise<BatchReceipt | undefined> {
    const { files, dir } = this.#parts
    return this.#fresh(({ state }) => findBatch(files, dir, state, batchId))
  }

  async deadLetters(request: {
    limit: number
    before?: string
  }): Promise<{ items: DeadLetter[]; total: number }> {
    const { files, dir } = this.#parts
    return this.#fresh(({ state }) => listDeadLetters(files, dir, state, request))
  }

  async *eachDeadLetter(filter: DeadLetterFilter): AsyncGenerator<DeadLetter> {
    const { files, dir, source } = this.#parts
    if (this.#closed) throw new LogStoreError('closed', 'the log store is closed')
    for await (const { letter } of findDeadLetters(files, dir, source.view.state, filter)) yield letter
  }

  async stats(): Promise<StoreStats> {
    return this.#parts.source.stats()
  }

  async storage(): Promise<StoredDay[]> {
    return this.#parts.source.storage()
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    this.#parts.source.close()
    await this.#parts.engine.close()
  }

  #ask<T>(request: QueryRequest, answer: (plan: QueryPlan, means: ReadMeans) => Promise<T>): Promise<T> {
    const { segmentFiles, engine, edgeRows, indexes, now } = this.#parts
    const { signal, onRead } = request
    const check = () => {
      if (signal?.aborted) throw new LogStoreError('aborted', 'the query was cancelled')
    }
    const lost = new LostSegments(segmentFiles, request.range, onRead !== undefined)
    return this.#fresh(
      async (view, leftOut) => {
        check()
        const files = segmentFiles.forQuestion(signal)
        const tally = new ReadTally()
        const run: Run = (query) => engine.run(signal, query)
        const means = { run, files, reader: this.#rows, indexes, tally, edgeRows, check }
        const plan = await planQuery({ segmentFiles, files, view, indexes, lost }, request, now())
        const answered = await answer(plan, means).catch((error: unknown) => {
          throw (isUnnamedTrouble(error) && damageIn(this.#rows, plan.segments)) || error
        })
        const unstored = rowsIn(leftOut, request.range)
        const missing = lost.missing()
        onRead?.({
          ...tally.stats(),
          ...(files.fetched > 0 && { fetched: files.fetched }),
          ...(unstored > 0 && { left_out: unstored }),
          ...(missing.length > 0 && { missing }),
        })
        return answered
      },
      { range: request.range, lost },
    )
  }

  /**
   * Answers from the newest view. Where a file is gone or changed, the view may be older than the files: once more, then without
   * what `lost` takes. Live files go within seconds, so with them it is tried more often, and then without, which `answer` is
   * told of: an answer that says what it lacks is worth more than none until their writer is back.
   */
  async #fresh<T>(
    answer: (view: StoreView, leftOut: readonly SegmentInfo[]) => Promise<T>,
    { range, lost }: { readonly range?: TimeRange; readonly lost?: LostSegments } = {},
  ): Promise<T> {
    const { source, segmentFiles } = this.#parts
    const triedAgain = new Set<string | undefined>()
    for (let attempt = 1; ; attempt++) {
      this.#assertOpen()
      const view = await source.refresh(range)
      this.#forgetGone()
      try {
        return attempt > LIVE_ATTEMPTS ? await answer(durableView(view), view.live) : await answer(view, [])
      } catch (error) {
        if (isLiveTrouble(error) && attempt <= LIVE_ATTEMPTS) continue
        const troubled = segmentIn(view, troubledFile(error))
        if (troubled !== undefined) segmentFiles.distrust(troubled)
        const isNew = !triedAgain.has(troubled?.file) && triedAgain.size < MOST_TRIED_AGAIN
        if (isNew && isFileTrouble(error)) {
          triedAgain.add(troubled?.file)
          continue
        }
        const named = asReadError(error, troubled && segmentFiles.named(troubled))
        if (!lost?.goOnWithout(named, troubled, view)) throw named
      }
    }
  }

  /** A merge makes other files of the same rows: what is in memory of the files before it nobody asks for again. */
  #forgetGone(): void {
    const { source, indexes } = this.#parts
    const { files } = source
    if (files === undefined || files === this.#keptOf) return
    this.#keptOf = files
    this.#rows.keepOnly(files)
    indexes.keepOnly(files)
  }

  #assertOpen(): void {
    if (this.#closed) throw new LogStoreError('closed', 'the log store is closed')
  }
}

function withId(id: string): Query {
  return { kind: 'field', field: 'id', match: { kind: 'equals', value: id }, span: { start: 0, end: 0 } }
}

function segmentIn({ state, live }: StoreView, file: string | undefined): SegmentInfo | undefined {
  if (file === undefined) return undefined
  return state.segments.get(file) ?? live.find((segment) => segment.file === file)
}

function rowsIn(segments: readonly SegmentInfo[], range: TimeRange): number {
  return segments.filter((segment) => overlaps(segment, range)).reduce((sum, { rows }) => sum + rows, 0)
}

const LIVE_ATTEMPTS = 3
/** Files for which a question is tried once more. */
const MOST_TRIED_AGAIN = 20
const EVER: TimeRange = { from: MIN_NANOS, to: MAX_NANOS + 1n }
