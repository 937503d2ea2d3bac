import type { LogJson } from '@heartwood/api'

/** Where lines may be missing in a tail: times are epoch milliseconds. */
export type TailMark =
  /** Nobody listened: lines that came meanwhile were not sent. Once `searched`, those stand among what was found. */
  | {
      readonly kind: 'lost'
      readonly id: string
      readonly from: number
      readonly to: number
      readonly searched: boolean
    }
  /** More came while the tail was paused than is kept. */
  | {
      readonly kind: 'unkept'
      readonly id: string
      readonly from: number
      readonly to: number
      readonly lines: number
    }

/** One row of a tail. */
export type TailItem =
  | { readonly kind: 'log'; readonly id: string; readonly weight: number; readonly log: LogJson }
  | { readonly kind: 'mark'; readonly id: string; readonly weight: number; readonly mark: TailMark }

/** What an event holds beside its message, about. */
const REST_WEIGHT = 600

export function logItem(log: LogJson): TailItem {
  return {
    kind: 'log',
    id: log.id,
    weight: log.message.length + (log.raw?.length ?? 0) + REST_WEIGHT,
    log,
  }
}

export function markItem(mark: TailMark): TailItem {
  return { kind: 'mark', id: mark.id, weight: 0, mark }
}
