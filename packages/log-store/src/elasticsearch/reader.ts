import type { DeadLetter, DeadLetterFilter, LogEvent, Nanos } from '@heartwood/event'
import type {
  BatchReceipt,
  CountRequest,
  FieldInfo,
  FieldsRequest,
  HistogramBucket,
  HistogramRequest,
  LogReader,
  Numbers,
  NumbersRequest,
  Patterns,
  PatternsRequest,
  Percentiles,
  PercentilesRequest,
  QueryRequest,
  SearchPage,
  SearchRequest,
  StoredDay,
  StoreStats,
  TopRequest,
  TopValue,
} from '../port.ts'
import { LogStoreError } from '../port.ts'
import type { ElasticsearchConnection } from './connection.ts'
import { documentId, eventIndexPatterns, eventIndices, type IndexNames } from './names.ts'
import { type Asking, ask, askSearch, isRefusal } from './questions/asking.ts'
import { countMatches, histogramOf, topValues } from './questions/counts.ts'
import { type EventPlan, everyEvent, planOf } from './questions/event-plan.ts'
import { foundIn } from './questions/event-scan.ts'
import { fieldsIn } from './questions/fields.ts'
import { patternsOf } from './questions/patterns.ts'
import { numbersOf, percentilesOf } from './questions/percentiles.ts'
import { searchPage } from './questions/search.ts'
import { letterPage, lettersWhere, receiptOf } from './questions/side-documents.ts'
import { statsOf, storageOf } from './questions/storage.ts'
import { SharedRuns } from './shared-runs.ts'

/** The reading side of a store in Elasticsearch. Writers anywhere make the indices; what is not there yet is empty. */
export class ElasticsearchReader implements LogReader {
  readonly #connection: ElasticsearchConnection
  readonly #names: IndexNames
  readonly #now: () => Nanos
  readonly #refreshes = new SharedRuns(() => this.#refresh())
  #closed = false

  constructor(connection: ElasticsearchConnection, names: IndexNames, now: () => Nanos) {
    this.#connection = connection
    this.#names = names
    this.#now = now
  }

  async refresh(): Promise<void> {
    return this.#refreshes.next()
  }

  async #refresh(): Promise<void> {
    const { prefix, batches, deadLetters } = this.#names
    const indices = [...eventIndexPatterns(prefix), batches, deadLetters].map(encodeURIComponent).join(',')
    const query = { ignore_unavailable: true }
    await ask(this.#asking(), { method: 'POST', path: `/${indices}/_refresh`, query })
  }

  async search(request: SearchRequest): Promise<SearchPage> {
    return this.#answer(searchPage, request)
  }

  async count(request: CountRequest): Promise<number> {
    return this.#answer(countMatches, request)
  }

  async histogram(request: HistogramRequest): Promise<HistogramBucket[]> {
    return this.#answer(histogramOf, request)
  }

  async top(request: TopRequest): Promise<TopValue[]> {
    return this.#answer(topValues, request)
  }

  async percentiles(request: PercentilesRequest): Promise<Percentiles> {
    return this.#answer(percentilesOf, request)
  }

  async numbers(request: NumbersRequest): Promise<Numbers> {
    return this.#answer(numbersOf, request)
  }

  async patterns(request: PatternsRequest): Promise<Patterns> {
    return this.#answer(patternsOf, request)
  }

  async fields(request: FieldsRequest): Promise<FieldInfo[]> {
    return fieldsIn(this.#asking(request), request)
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
      indices: eventIndices(this.#names.prefix),
      now: this.#now,
      signal,
    }
  }

  /** Where Elasticsearch refuses what a query compiles to, the events are looked at one by one. */
  async #answer<Asked extends QueryRequest, Answer>(
    answer: (asking: Asking, plan: EventPlan, asked: Asked) => Promise<Answer>,
    asked: Asked,
  ): Promise<Answer> {
    const asking = this.#asking(asked)
    const plan = planOf(asked, this.#now())
    try {
      return await answer(asking, plan, asked)
    } catch (error) {
      if (!isRefusal(error)) throw error
      return answer(asking, everyEvent(plan), asked)
    }
  }
}
