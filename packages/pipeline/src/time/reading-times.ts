import type { EventBatch, TypedColumns } from '@heartwood/event'
import { anyValueAt } from '../merge-columns.ts'
import { resolveTime } from './resolve.ts'
import { timeOfValue } from './value-times.ts'

/** ECS: when an agent first read the event. */
export const READING_TIME = 'event.created'

/** Of which rows of a batch it is known when an agent read them. */
export class ReadingTimes {
  readonly #column: TypedColumns | undefined
  readonly #observed: BigInt64Array

  constructor({ attributes, observed_at }: EventBatch) {
    this.#column = attributes.get(READING_TIME)
    this.#observed = observed_at
  }

  /** Whether a row has one that can be used, and whose zone is no guess either. */
  has(row: number): boolean {
    if (this.#column === undefined) return false
    const time = timeOfValue(anyValueAt(this.#column, row))
    if (time?.kind !== 'exact' || time.zone !== 'named') return false
    return resolveTime(time, this.#observed[row] ?? 0n) !== undefined
  }
}
