import type { LogJson } from '@heartwood/api'
import type { TailItem, TailMark } from './tail-item.ts'
import type { TailRing } from './tail-ring.ts'
import type { TailCounts } from './tail-rows.ts'

/** The rows of a tail as they were at one moment, the newest with index 0. Making one costs the same for any number. */
export interface TailView {
  readonly size: number
  /** The number of the newest row: it rises by one with each. */
  readonly newest: number
  readonly paused: boolean
  readonly counts: TailCounts
  /** What the search found goes on below the last row; else rows in between are not here any more. */
  readonly isJoined: boolean
  /** Rows that are not here any more because newer ones took their place. */
  readonly letGo: number
  logAt(index: number): LogJson | undefined
  markAt(index: number): TailMark | undefined
  /** Where an event or a mark stands. */
  indexOf(id: string): number | undefined
  /** The events among the rows, the newest first. */
  logs(): LogJson[]
}

export function tailView(
  ring: TailRing<TailItem>,
  facts: Pick<TailView, 'paused' | 'counts' | 'isJoined' | 'letGo'>,
): TailView {
  const { newest, size } = ring
  const itemAt = (index: number) => (index < 0 || index >= size ? undefined : ring.at(newest - index))
  return {
    ...facts,
    size,
    newest,
    logAt(index) {
      const item = itemAt(index)
      return item?.kind === 'log' ? item.log : undefined
    },
    markAt(index) {
      const item = itemAt(index)
      return item?.kind === 'mark' ? item.mark : undefined
    },
    indexOf(id) {
      const number = ring.numberOf(id)
      return number === undefined || number > newest ? undefined : newest - number
    },
    logs: () =>
      ring
        .items()
        .toReversed()
        .flatMap((item) => (item.kind === 'log' ? [item.log] : [])),
  }
}
