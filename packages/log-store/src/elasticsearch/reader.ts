import type { DeadLetter, DeadLetterFilter, LogEvent, Nanos } from '@heartwood/event'
import type {
  BatchReceipt,
  CountRequest,
  FieldInfo,
  HistogramBucket,
  HistogramRequest,
  LogReader,
  Patterns,
  PatternsRequest,
  Percentiles,
  PercentilesRequest,
  QueryRequest,
  SearchPage,
  SearchRequest,
  StoredDay,
  StoreStats,
  TimeRange,
  TopRequest,
  TopValue,
} from '../port.ts'
import { LogStoreError } from '../port.ts'
import type { ElasticsearchConnection } from './connection.ts'
import { documentId, type IndexNames } from './names.ts'
import { type Asking, ask, askSearch } from './questions/asking.ts'
import { countMatches, histogramOf, topValues } from './questions/counts.ts'
import { type EventPlan, planOf } from './questions/event-plan.ts'
import { foundIn } from './questions/event-scan.ts'
import { fieldsIn } from './questions/fields.ts'
import { patternsOf } from './questions/patterns.ts'
import { percentilesOf } from './questions/percentiles.ts'
import { searchPage } from './questions/search.ts'
import { letterPage, lettersWhere, receiptOf } from './questions/side-documents.ts'
import { statsOf, storageOf } from './questions/storage.ts'

/** The reading side of a store in Elasticsearch. Writers anywhere make the indices; what is not there yet is empty. */
export class ElasticsearchReader implements LogReader {
  readonly #connection: ElasticsearchConnection
  readonly #names: IndexNames
  readonly #now: () => Nanos
  #closed = false

  constructor(connection: ElasticsearchConnection, names: IndexNames, now: () => Nanos) {
    this.#connection = connection
    this.#names = names
    this.#now = now
  }

  async refresh(): Promise<void> {
    const { prefix, batches, deadLetters } = this.#names
    const indices = [`${prefix}*`, batches, deadLetters].map(encodeURIComponent).join(',')
    const query = { ignore_unavailable: true }
    await ask(this.#asking(), { method: 'POST', path: `/${indices}/_refresh`, query })
  }

  async search(request: SearchRequest): Promise<SearchPage> {
    return searchPage(this.#asking(request), this.#plan(request), request)
  }

  async count(request: CountRequest): Promise<number> {
    return countMatches(this.#asking(request), this.#plan(request), request)
  }

  async histogram(request: HistogramRequest): Promise<HistogramBucket[]> {
    return histogramOf(this.#asking(request), this.#plan(request), request)
  }

  async top(request: TopRequest): Promise<TopValue[]> {
    return topValues(this.#asking(request), this.#plan(request), request)
  }

  async percentiles(request: PercentilesRequest): Promise<Percentiles> {
    return percentilesOf(this.#asking(request), this.#plan(request), request)
  }

  async patterns(request: PatternsRequest): Promise<Patterns> {
    return patternsOf(this.#asking(request), this.#plan(request), request)
  }

  async fields(request: { readonly range: TimeRange; readonly signal?: AbortSignal }): Promise<FieldInfo[]> {
    return fieldsIn(this.#asking(request), request.range)
  }

  async event(id: string): Promise<LogEvent | undefined> {
    const answer = await askSearch(this.#asking(), {
      query: { ids: { values: [documentId(id)] } },
      size: 10,
      track_total_hits: false,
    })
    return foundIn(answer).find(({ event }) => event.id === id.toWellFormed())?.event
  }

  async batch(batchId: string): Promise<BatchReceipt | undefined> {
    return receiptOf(this.#asking(), this.#names, batchId)
  }

  async deadLetters(request: {
    readonly limit: number
    readonly before?: string
  }): Promise<{ items: DeadLetter[]; total: number }> {
    return letterPage(this.#asking(), this.#names, request)
  }

  async *eachDeadLetter(filter: DeadLetterFilter): AsyncGenerator<DeadLetter> {
    yield* lettersWhere(this.#asking(), this.#names, filter)
  }

  async stats(): Promise<StoreStats> {
    return statsOf(this.#asking(), this.#names)
  }

  async storage(): Promise<StoredDay[]> {
    return storageOf(this.#asking())
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    await this.#connection.close()
  }

  #asking({ signal }: Pick<QueryRequest, 'signal'> = {}): Asking {
    if (this.#closed) throw new LogStoreError('closed', 'the log store is closed')
    return {
      connection: this.#connection,
      indices: `${this.#names.prefix}*`,
      now: this.#now,
      signal,
    }
  }

  #plan(request: QueryRequest): EventPlan {
    return planOf(request, this.#now())
  }
}
