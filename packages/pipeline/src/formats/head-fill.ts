import type { ColumnSet, EventBatch, TypedColumns } from '@heartwood/event'
import { isLevelKey } from '../level/level-attributes.ts'
import { EventTimes } from '../time/event-times.ts'
import { isTimeKey } from '../time/time-attributes.ts'
import type { ParsedText } from './parsed-text.ts'

/** Gives rows the time and the level of their heads, where nothing else of the event names one. */
export class HeadFill {
  readonly #times: EventTimes
  readonly #severity: Uint8Array
  readonly #named: { readonly time: Uint8Array; readonly level: Uint8Array } | undefined

  constructor(batch: EventBatch) {
    this.#times = new EventTimes(batch)
    this.#severity = batch.severity_number.slice()
    this.#named = batch.attributes.size === 0 ? undefined : namedIn(batch.attributes, batch.length)
  }

  set(row: number, { time, severity }: ParsedText): void {
    if (time !== undefined && !this.#named?.time[row] && this.#times.waits(row)) this.#times.set(row, time)
    if (severity !== undefined && !this.#named?.level[row] && this.#severity[row] === 0)
      this.#severity[row] = severity
  }

  finish(): Pick<EventBatch, 'timestamp' | 'flags' | 'severity_number'> {
    const { timestamp, flags } = this.#times
    return { timestamp, flags, severity_number: this.#severity }
  }
}

function namedIn(attributes: ColumnSet, length: number): { time: Uint8Array; level: Uint8Array } {
  const time = new Uint8Array(length)
  const level = new Uint8Array(length)
  for (const [key, typed] of attributes) {
    if (isTimeKey(key)) markPresent(typed, time)
    if (isLevelKey(key)) markPresent(typed, level)
  }
  return { time, level }
}

function markPresent({ string, int64, double }: TypedColumns, marks: Uint8Array): void {
  for (let row = 0; row < marks.length; row++)
    if (string?.codes[row] || int64?.present[row] || double?.present[row]) marks[row] = 1
}
