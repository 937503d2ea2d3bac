import type { DeadLetter, DeadLetterFilter, LogEvent } from '@heartwood/event'
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
  SearchPage,
  SearchRequest,
  StoredDay,
  StoreStats,
  Tier,
  TopRequest,
  TopValue,
} from '../port.ts'
import { LogStoreError } from '../port.ts'
import { isAway, type TieredStore } from './ask-parts.ts'
import { countParts } from './counts.ts'
import { type CoverageSource, tierOf } from './coverage.ts'
import { fieldsOfParts } from './fields.ts'
import { histogramOfParts } from './histogram.ts'
import { patternsOfParts } from './patterns.ts'
import { numbersOfParts, percentilesOfParts } from './percentiles.ts'
import { searchParts } from './search.ts'
import { statsOfTiers, storageOfTiers } from './storage.ts'
import { topOfParts } from './top.ts'

/**
 * One answer over two stores. Each UTC day is answered by one of them, as the coverage says at the moment of the question;
 * what the other has of that day does not count. Receipts and dead letters are in hot.
 */
export class TieredReader implements LogReader {
  readonly #readers: Readonly<Record<Tier, LogReader>>
  readonly #coverage: CoverageSource

  /** Closing it closes both readers. */
  constructor(readers: Readonly<Record<Tier, LogReader>>, coverage: CoverageSource) {
    this.#readers = readers
    this.#coverage = coverage
  }

  async refresh(): Promise<void> {
    const cold = this.#readers.cold.refresh().catch((error: unknown) => {
      // The question that follows says so where it needs the tier.
      if (!(error instanceof LogStoreError) || !isAway(error)) throw error
    })
    await Promise.all([this.#readers.hot.refresh(), cold])
  }

  async search(request: SearchRequest): Promise<SearchPage> {
    return searchParts(await this.#store(), request)
  }

  async count(request: CountRequest): Promise<number> {
    return countParts(await this.#store(), request)
  }

  async histogram(request: HistogramRequest): Promise<HistogramBucket[]> {
    return histogramOfParts(await this.#store(), request)
  }

  async top(request: TopRequest): Promise<TopValue[]> {
    return topOfParts(await this.#store(), request)
  }

  async percentiles(request: PercentilesRequest): Promise<Percentiles> {
    return percentilesOfParts(await this.#store(), request)
  }

  async numbers(request: NumbersRequest): Promise<Numbers> {
    return numbersOfParts(await this.#store(), request)
  }

  async patterns(request: PatternsRequest): Promise<Patterns> {
    return patternsOfParts(await this.#store(), request)
  }

  async fields(request: FieldsRequest): Promise<FieldInfo[]> {
    return fieldsOfParts(await this.#store(), request)
  }

  async event(id: string): Promise<LogEvent | undefined> {
    const { readers, coverage } = await this.#store()
    for (const tier of ['hot', 'cold'] as const) {
      const event = await readers[tier].event(id)
      if (event !== undefined && tierOf(coverage, event.timestamp) === tier) return event
      if (coverage.hotFrom === undefined) return undefined
    }
    return undefined
  }

  batch(batchId: string): Promise<BatchReceipt | undefined> {
    return this.#readers.hot.batch(batchId)
  }

  deadLetters(request: { readonly limit: number; readonly before?: string }): Promise<{
    items: DeadLetter[]
    total: number
  }> {
    return this.#readers.hot.deadLetters(request)
  }

  eachDeadLetter(filter: DeadLetterFilter): AsyncIterable<DeadLetter> {
    return this.#readers.hot.eachDeadLetter(filter)
  }

  async stats(): Promise<StoreStats> {
    return statsOfTiers(await this.#store())
  }

  async storage(): Promise<StoredDay[]> {
    return storageOfTiers(await this.#store())
  }

  async close(): Promise<void> {
    await Promise.all([this.#readers.hot.close(), this.#readers.cold.close()])
  }

  async #store(): Promise<TieredStore> {
    return { readers: this.#readers, coverage: await this.#coverage() }
  }
}
