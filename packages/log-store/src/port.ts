import type { DeadLetter, DeadLetterFilter, EventBatch, Level, LogEvent, Nanos } from '@heartwood/event'
import type { Query } from '@heartwood/query-lang'

/**
 * The log store: where events live and questions are answered. A store has one writer (the indexer) and any number
 * of readers in other processes; a reader sees a commit at the latest a second after `append` resolved, and always
 * when it asks `refresh()` first.
 */
export interface LogWriter {
  /**
   * Commits events, dead letters, seen batches and the position as one: after a crash all are there or none.
   * Durable when it resolves. Takes the queue records of `partition` in (from, to].
   * - `to` at or before the committed position: nothing happens, `{ applied: false }` (a redelivery).
   * - `from` not equal to the committed position: throws LogStoreError `position_gap`; nothing is changed.
   *   A partition never seen is at null, and its first commit says `from: null`.
   * - An empty batch still moves the position.
   * - A batch id in `batches` that the partition saw before (its window: the last 1,000,000 ids or hour, whichever
   *   is more) must not be in `append.events`: ask `seenBatches` first.
   * - Events covered by a pending delete are dropped.
   * Throws `disk_full` (nothing changed, may be tried again) or `superseded` (a newer writer took over: exit).
   */
  append(append: Append): Promise<{ applied: boolean }>
  /**
   * Makes the events of (from, to] searchable before they are durable; a reader that refreshes sees them when it
   * resolves. The same events must come again in the `append` that covers them, which takes their place: at any moment
   * a reader finds each of them once. Gone after a crash, and when a writer opens the store again. A show never holds
   * up a commit.
   * - `to` at or before the committed position: nothing happens, `{ applied: false }`.
   * - `from` is where the partition is committed or shown to, or where an append under way will take it. Or it is where
   *   an earlier show began that is not committed yet: then it takes the place of that one and of all behind it, also
   *   of what they held past `to`. Anything else throws LogStoreError `position_gap` and changes nothing: show again
   *   from the committed position.
   * - An empty batch moves what the partition is shown to.
   * - An append that ends within a show hides the rest of that show, until it is shown again from there or appended.
   * - Events covered by a pending delete are not shown, also while the delete runs.
   * - Receipts and dead letters come with the append alone, and only it moves `position`.
   * Throws `disk_full` (nothing changed), `superseded` or `closed`. A writer that does not know yet that it is superseded
   * may show what no reader sees.
   */
  show(show: Show): Promise<{ applied: boolean }>
  /** The last committed position of a partition, or null. */
  position(partition: number): bigint | null
  /** Which of these batch ids were committed within the window of the partition. */
  seenBatches(partition: number, batchIds: readonly string[]): Promise<ReadonlySet<string>>
  /**
   * `listener` is told of a partition whose shown events are to be appended now, because a delete waits for it. One
   * that does not own the partition lets it be.
   */
  onFlush(listener: (partition: number) => void): void
  /**
   * Throws what `append` would throw for the content of these events, and stores nothing: so that a caller whose append
   * was refused finds the rows that brought it about.
   */
  check(events: EventBatch): Promise<void>
  /**
   * Removes what matches, now and in what was accepted before `acceptedBefore` but is not yet appended.
   * Resolves when no reader that refreshes can find it. Counts are of events. What is shown and could match has to be
   * appended first: it asks the listeners of `onFlush`, and throws `timeout` where that takes too long; then nothing is
   * deleted.
   */
  delete(request: DeleteRequest): Promise<{ deleted: number }>
  /** Drops what is past retention or over the disk limit; safe to call at any time. */
  enforceRetention(now: Nanos): Promise<{ segments: number; events: number }>
  /** One round of background tidying (merging small files). Resolves to whether there was something to do. */
  maintain(): Promise<boolean>
  /** Removes the dead letters that match, durably; readers that refresh see them no more. */
  dismissDeadLetters(filter: DeadLetterFilter): Promise<{ dismissed: number }>
  readonly stats: () => WriterStats
  close(): Promise<void>
}

/** The part of a writer that takes events in: what a thread has that appends to a store whose writer is in another. */
export type LogAppender = Pick<
  LogWriter,
  'append' | 'show' | 'check' | 'position' | 'seenBatches' | 'onFlush' | 'close'
>

/**
 * A writer beside others: any number of them, in any number of processes, write to the same store, and the queue keeps how
 * far each has got. What makes that safe is that everything has a name of its own (event id, letter id, batch id): whatever
 * comes again is there already. Two writers with the same events at once, one of which was taken for dead, do no harm.
 */
export interface IdempotentWriter {
  /**
   * Stores events, then what `settle` gives for them. All of it is durable when it resolves, and readers that refresh
   * see it. It is not one commit: where it fails or the process dies, a part may be there; the same write again completes
   * it, and a receipt is there only when all of its batch is.
   * - An event whose id is there stays as it is, also when the new one differs. The same id with another time can be taken
   *   for another event: a batch that was sent again is recognised by its receipt, so ask `receipts` first.
   * - An event that the store refuses for what is in it is not stored, and its neighbours are; `settle` is told.
   * - A store that is slow, full or away is waited for, however long: it resolves late, and drops nothing. What was sent is
   *   sent again only for events that are not known to be stored. The caller bounds what it has under way.
   * - Events covered by a delete are not stored, however late they come.
   * - No events: only `settle` is done.
   * Throws LogStoreError `closed` when the writer is closed, and the reason of `signal` when that aborts: then nobody knows
   * how much of it is stored, and the same write has to come again, here or elsewhere.
   */
  write(write: Write, signal?: AbortSignal): Promise<void>
  /**
   * The receipts of those of the batches that are stored whole, whoever wrote them, as far as the window goes back. Waits for
   * the store as `write` does, and throws what that throws.
   */
  receipts(batchIds: readonly string[], signal?: AbortSignal): Promise<ReadonlyMap<string, BatchReceipt>>
  /**
   * Removes what matches, now and in what was accepted before `acceptedBefore` and is not written yet, by whichever writer.
   * Resolves when no reader that refreshes can find it. Counts are of events found when it began.
   */
  delete(request: DeleteRequest): Promise<{ deleted: number }>
  /** Drops what is past retention; safe to call at any time, by several writers at once. */
  enforceRetention(now: Nanos): Promise<{ segments: number; events: number }>
  /** Removes the dead letters that match, durably; readers that refresh see them no more. */
  dismissDeadLetters(filter: DeadLetterFilter): Promise<{ dismissed: number }>
  stats(): IdempotentWriterStats
  /** Ends what waits: writes under way throw `closed`. */
  close(): Promise<void>
}

export interface Write {
  readonly events: EventBatch
  /** Asked once, when the events are stored, with those that the store refused, in order of their rows. */
  readonly settle: (refused: readonly RefusedEvent[]) => Promise<Settlement> | Settlement
}

/** An event that the store does not take, whenever it comes: for what is in it. */
export interface RefusedEvent {
  /** Of the batch that was written. */
  readonly row: number
  /** For people. */
  readonly reason: string
}

/** What is known of some records once their events are stored. */
export interface Settlement {
  /**
   * A letter whose id is there is replaced. One that was dismissed or replayed must not come back: leave out those of
   * batches that have a receipt.
   */
  readonly deadLetters: readonly DeadLetter[]
  readonly receipts: readonly BatchReceipt[]
  /** As in `Append`: they go before `deadLetters` come. */
  readonly replayed: readonly string[]
}

/** What the writer does right now and did since it was opened. */
export interface IdempotentWriterStats {
  /** Bytes of documents that are on their way or wait for it. */
  readonly pendingBytes: number
  /** Why nothing gets through at the moment; undefined when it does. */
  readonly obstacle: string | undefined
}

export interface Append {
  readonly partition: number
  readonly from: bigint | null
  readonly to: bigint
  /** The store looks at them until the call ends, and keeps nothing that lies in their memory. */
  readonly events: EventBatch
  readonly deadLetters: readonly DeadLetter[]
  readonly batches: readonly BatchReceipt[]
  /** Ids of dead letters whose replay this is: they go, and one of `deadLetters` may have the same id again. */
  readonly replayed?: readonly string[]
}

/** Events of a partition in (from, to] that are not durable yet. */
export type Show = Pick<Append, 'partition' | 'from' | 'to' | 'events'>

/** What is remembered of a batch: answers `GET /api/v1/batches/{id}` and absorbs resends. */
export interface BatchReceipt {
  readonly batch_id: string
  readonly received_at: Nanos
  /** Events searchable from it, after drops by named steps. */
  readonly events: number
  readonly dead_letters: number
}

export interface DeleteRequest {
  readonly query: Query
  readonly range: TimeRange
  readonly acceptedBefore: Nanos
}

export interface StoreStats {
  /** Searchable ones, those that are only shown included. */
  readonly events: number
  /** Of `events`: shown and not durable yet. */
  readonly shown: number
  /** Durable segments. */
  readonly segments: number
  /** Of all files that hold events. */
  readonly bytes: number
  readonly generation: number
  readonly deadLetters: DeadLetterStats
  /** Tiers of which nothing is known, so that they are not counted. */
  readonly missing?: readonly MissingPart[]
}

/** What is stored of one UTC day of event time. */
export interface StoredDay {
  /** When the day begins; undefined for what lies in files with events of so many days that they are not told apart. */
  readonly day: Nanos | undefined
  /** Searchable ones, those that are only shown included. */
  readonly events: number
  /** Of files that hold events of other days too, in proportion to the events. */
  readonly bytes: number
  /** Durable segments; one with events of several days counts for the last of them. */
  readonly segments: number
  /** The retention counts from here: the newest event, or receipt where that is later, of the files that hold the day. */
  readonly newest: Nanos
  /** In a store of tiers: what each has of it. `events` above are those of the tier that answers, `bytes` those of both. */
  readonly tiers?: readonly StoredInTier[]
}

export interface StoredInTier extends Pick<StoredDay, 'events' | 'bytes' | 'segments'> {
  readonly tier: Tier
  /** Whether questions about the day are answered from it. */
  readonly answers: boolean
}

export interface DeadLetterStats {
  readonly count: number
  /** Of what holds them, those that are gone until it is tidied included. */
  readonly bytes: number
  /** Gone because there were too many or they were too old, since the store began. */
  readonly dropped: number
}

export interface WriterStats extends StoreStats {
  /** What `maintain` would merge now, as of when it last looked: near 0, unless merging cannot keep up. */
  readonly mergeDebt: { readonly segments: number; readonly bytes: number }
  /** Where old segments go to a place of their own: those that should be there, and why none gets through at the moment. */
  readonly cold?: {
    readonly waiting: { readonly segments: number; readonly bytes: number }
    readonly obstacle: string | undefined
  }
}

/** from inclusive, to exclusive, by `@timestamp`. An empty or inverted range matches nothing. */
export interface TimeRange {
  readonly from: Nanos
  readonly to: Nanos
}

export interface LogReader {
  /** Sees every commit that resolved before the call. */
  refresh(): Promise<void>
  /**
   * By (time, id), newest first or oldest first: one order is exactly the reverse of the other. `after` continues behind that
   * place, whether there is an event or not; nothing is repeated or skipped by later commits before it. A question that was
   * withdrawn stops within a fraction of a second.
   */
  search(request: SearchRequest): Promise<SearchPage>
  /** Exact number of matching events. */
  count(request: CountRequest): Promise<number>
  /** Buckets aligned to multiples of `interval` since 1970, oldest first, empty ones left out; sums exactly to `count`. */
  histogram(request: HistogramRequest): Promise<HistogramBucket[]>
  /**
   * The commonest values of a field, most first, then by value; events without the field are not counted. A value is
   * what query-lang's `fieldText` says: the number 500 and the string "500" are one value, an array is its JSON text.
   */
  top(request: TopRequest): Promise<TopValue[]>
  /**
   * Percentiles of a field over the matching events that have it as a number (`fieldNumber` of query-lang), by the nearest
   * rank: the smallest of the values that at least so many percent are not above. Groups with most numbers first, then by
   * value; without `by` one group, whose value is ''. Nothing where no event has a number. Throws LogStoreError
   * `unsupported` for an own field that is no number.
   */
  percentiles(request: PercentilesRequest): Promise<Percentiles>
  /**
   * How often each number of a field occurs in the matching events, as of `percentiles`: what percentiles over several
   * stores are made of. Throws what `percentiles` throws.
   */
  numbers(request: NumbersRequest): Promise<Numbers>
  /**
   * What the matching events say: their messages by shape (`messageShape` of query-lang), most first, then by shape. Events
   * without a message have the shape ''.
   */
  patterns(request: PatternsRequest): Promise<Patterns>
  /** Every field that occurs in the range, own fields that have values and attribute keys with their types, by name. */
  fields(request: FieldsRequest): Promise<FieldInfo[]>
  /** One event by id, or undefined. */
  event(id: string): Promise<LogEvent | undefined>
  /** The receipt of a batch within the window, or undefined. */
  batch(batchId: string): Promise<BatchReceipt | undefined>
  /** Newest first. `before` is the id of the last one of the page before; nothing follows an id that is not there. */
  deadLetters(request: {
    readonly limit: number
    readonly before?: string
  }): Promise<{ items: DeadLetter[]; total: number }>
  /** All that match, newest first, as of the last refresh. */
  eachDeadLetter(filter: DeadLetterFilter): AsyncIterable<DeadLetter>
  stats(): Promise<StoreStats>
  /** What is stored by day, newest first, what is of several days last, as of the last refresh. Its sums are those of `stats`. */
  storage(): Promise<StoredDay[]>
  close(): Promise<void>
}

export interface QueryRequest {
  readonly query: Query
  readonly range: TimeRange
  readonly signal?: AbortSignal
  /**
   * Told what had to be looked at, once, before the answer is given; not where there is none. An answer that lacks a part of
   * the archive is given only to who is told: for others it is an error.
   */
  readonly onRead?: (read: ReadStats) => void
}
/**
 * What had to be looked at for an answer beyond what is known without opening anything; all 0 where counts kept aside
 * said it. The whole events of a page are not counted.
 */
export interface ReadStats {
  /** Events that were looked at, matching or not. */
  readonly rows: number
  /** Bytes of the columns that were looked at in them, as stored; in a store without files 0. */
  readonly bytes: number
  readonly segments: number
  /** Bytes that were fetched for it from an object store; not there where none were. */
  readonly fetched?: number
  /**
   * Events that the answer may lack, at most: they are shown and not stored yet, and their files went away again and again
   * while they were read. Not there where the answer is whole.
   */
  readonly left_out?: number
  /** In a store of tiers: what was looked at in each that answers a part of the range. Not there where hot answers it all. */
  readonly tiers?: readonly TierRead[]
  /** What the answer lacks, or may lack, oldest first. Not there where the answer is whole. */
  readonly missing?: readonly MissingPart[]
}
/** Where events are kept: those of the last weeks at hand, those before in an archive. */
export type Tier = 'hot' | 'cold'
export interface TierRead extends Pick<ReadStats, 'rows' | 'bytes' | 'segments' | 'fetched'> {
  readonly tier: Tier
  /** The parts of the range that it answers, oldest first. */
  readonly ranges: readonly TimeRange[]
}
export interface MissingPart {
  readonly tier: Tier
  readonly range: TimeRange
  /**
   * Set where only some of what the tier has of the range is missing: so many events at most, matching or not. The others are in
   * the answer.
   */
  readonly events?: number
  /** For people; names the file or the server. */
  readonly reason: string
}
export interface SearchRequest extends QueryRequest {
  readonly limit: number
  /** `newest` where it is not said. */
  readonly order?: SearchOrder
  readonly after?: SearchPosition
  /**
   * Told the events of the page as soon as it is known that none comes before them: each once, in order, before the answer,
   * which has them all again. What was told stays true where the answer then fails.
   */
  readonly onRows?: (events: readonly LogEvent[]) => void
  /** Told now and then how far the search has got, after the rows of that part. */
  readonly onProgress?: (progress: SearchProgress) => void
}
export interface CountRequest extends QueryRequest {
  /** Told now and then how far the count has got, where it takes long. */
  readonly onProgress?: (progress: CountProgress) => void
}
/** What an answer has looked at so far. */
export interface ReadProgress extends ReadStats {
  /** What there is to look at, at most. */
  readonly of: { readonly rows: number; readonly segments: number }
}
export interface SearchProgress extends ReadProgress {
  /** Every event of the page before this place has been told: a search `after` it brings the others. */
  readonly reached: SearchPosition
}
export interface CountProgress extends ReadProgress {
  readonly matched: number
}
/** Which of the matches come first. */
export type SearchOrder = 'newest' | 'oldest'
/** A place in the order of events. */
export interface SearchPosition {
  readonly timestamp: Nanos
  readonly id: string
}
export interface SearchPage {
  readonly events: readonly LogEvent[]
  /** Whether there is more behind the last event. */
  readonly more: boolean
}
export interface HistogramRequest extends QueryRequest {
  /** Nanoseconds, at least one millisecond. */
  readonly interval: Nanos
  /** Split each bucket by the values of a field (as in `top`); events without it under ''. */
  readonly by?: string
  /** With `by`: keep this many values (the commonest over the range), the rest under 'other'. Level is never cut. */
  readonly groups?: number
  /** With `by`: keep these values in place of the commonest. Level is never cut. */
  readonly keep?: readonly string[]
}
export interface HistogramBucket {
  readonly start: Nanos
  readonly count: number
  /** Present with `by`. */
  readonly groups?: Readonly<Record<string, number>>
}
export interface TopRequest extends QueryRequest {
  readonly field: string
  readonly limit: number
}
export interface TopValue {
  readonly value: string
  readonly count: number
}
export interface PercentilesRequest extends QueryRequest {
  readonly field: string
  /** Each from 0 (the smallest number) to 100, with at most three decimals. */
  readonly percentiles: readonly number[]
  /** Apart for each value of a field (as in `top`); events without it under ''. */
  readonly by?: string
  /** With `by`: so many groups, those with most numbers. */
  readonly groups?: number
}
export interface Percentiles {
  /**
   * How far each percentile can be off at most, as a share of the true one: 0 where they are exact, which they are unless
   * there are too many numbers to hold.
   */
  readonly relativeError: number
  readonly groups: readonly PercentileGroup[]
}
export interface PercentileGroup {
  readonly value: string
  /** Events with a number. */
  readonly count: number
  /** In the order of the question. */
  readonly percentiles: readonly number[]
}
export interface NumbersRequest extends QueryRequest {
  readonly field: string
  /** As in `percentiles`. */
  readonly by?: string
  /** So many different numbers, over all groups, are told apart; where there are more, each is that of its logarithmic bucket. */
  readonly distinct: number
}
export interface Numbers {
  /** How far a number can be from those it stands for, as a share of them; 0 where all are told apart. */
  readonly relativeError: number
  /** In no order. */
  readonly groups: readonly NumberGroup[]
}
export interface NumberGroup {
  readonly value: string
  /** In no order, each once. */
  readonly numbers: readonly { readonly number: number; readonly count: number }[]
}
export interface PatternsRequest extends QueryRequest {
  readonly limit: number
  /** Nanoseconds, as of a histogram. */
  readonly interval: Nanos
  /** Where more events match, a sample of about so many is looked at, in which each of them is as likely to be as any other. */
  readonly events: number
}
export interface Patterns {
  /** Exact number of matching events. */
  readonly matched: number
  /** Of `matched`: those that the counts below are of. All of them, unless they are too many. */
  readonly looked: number
  /** How many shapes there are among them. */
  readonly shapes: number
  readonly patterns: readonly Pattern[]
}
export interface Pattern {
  readonly shape: string
  readonly count: number
  /** Levels that occur. */
  readonly levels: Readonly<Partial<Record<Level, number>>>
  readonly first: Nanos
  readonly last: Nanos
  /** Aligned to multiples of the interval, oldest first, empty ones left out. */
  readonly buckets: readonly { readonly start: Nanos; readonly count: number }[]
}
export type FieldsRequest = Omit<QueryRequest, 'query'>
export interface FieldInfo {
  readonly name: string
  readonly types: readonly ('string' | 'number' | 'boolean' | 'array')[]
  /** Whether it has numbers and all of them are integers of 64 bits. */
  readonly integers: boolean
  /** How many events of the segments in range could have it; for ordering, not exact. */
  readonly events: number
}
export type { Level }

export type LogStoreErrorCode =
  /** The caller's position does not follow the committed one. */
  | 'position_gap'
  | 'disk_full'
  /** A newer writer opened the store. */
  | 'superseded'
  /** A file that the manifest names is missing or does not hold what the manifest says; the message names it. */
  | 'corrupt'
  /** Written by a newer version. */
  | 'newer_format'
  /** The engine cannot express the query; the message names the part. */
  | 'unsupported'
  /** A query, or what a delete waited for, took too long. */
  | 'timeout'
  | 'aborted'
  /** Too many heavy queries at once. */
  | 'busy'
  /** The servers that hold the store cannot be reached, or do not have all of it at the moment. */
  | 'unavailable'
  | 'closed'

export class LogStoreError extends Error {
  readonly code: LogStoreErrorCode
  constructor(code: LogStoreErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'LogStoreError'
    this.code = code
  }
}
