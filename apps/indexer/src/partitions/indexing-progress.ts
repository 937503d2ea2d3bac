import type { Nanos } from '@heartwood/event'
import type { PartitionFigures } from '../indexer-metrics.ts'
import type { PartitionReport } from '../workers/worker-messages.ts'

/** How far each partition has got, as the workers said last. Lags are milliseconds. */
export class IndexingProgress {
  readonly #now: () => Nanos
  readonly #partitions = new Map<number, PartitionReport>()

  constructor(now: () => Nanos) {
    this.#now = now
  }

  take(reports: readonly PartitionReport[]): void {
    for (const report of reports) this.#partitions.set(report.partition, report)
  }

  /** Takes these for all there are. */
  replace(reports: readonly PartitionReport[]): void {
    this.#partitions.clear()
    this.take(reports)
  }

  /** Age of the oldest batch that is not searchable, of these partitions or all. */
  lagMillis(partitions: Iterable<number> = this.#partitions.keys()): number {
    return this.#oldest(partitions, ({ oldestUnseen }) => oldestUnseen)
  }

  /** Age of the oldest batch that is not committed. */
  commitLagMillis(): number {
    return this.#oldest(this.#partitions.keys(), ({ oldestUncommitted }) => oldestUncommitted)
  }

  figures(): PartitionFigures[] {
    return Array.from(this.#partitions.values(), ({ partition, oldestUnseen, oldestUncommitted }) => ({
      partition,
      visibleLag: this.#age(oldestUnseen),
      committedLag: this.#age(oldestUncommitted),
    }))
  }

  /** Behind the last record that was read, as far as is known here. */
  read(partition: number): bigint | null {
    return this.#partitions.get(partition)?.read ?? null
  }

  sum(of: 'unseenBytes' | 'uncommittedBytes' | 'shows'): number {
    let sum = 0
    for (const report of this.#partitions.values()) sum += report[of]
    return sum
  }

  #oldest(partitions: Iterable<number>, of: (report: PartitionReport) => Nanos | undefined): number {
    let most = 0
    for (const partition of partitions) {
      const report = this.#partitions.get(partition)
      if (report !== undefined) most = Math.max(most, this.#age(of(report)))
    }
    return most
  }

  #age(receivedAt: Nanos | undefined): number {
    return receivedAt === undefined ? 0 : Math.max(0, Number((this.#now() - receivedAt) / 1_000_000n))
  }
}
