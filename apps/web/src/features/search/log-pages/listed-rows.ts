import type { LogJson } from '@heartwood/api'
import type { TailMark } from '../tail/tail-item.ts'
import type { TailView } from '../tail/tail-view.ts'
import type { LogPages } from './log-pages.ts'

/** The rows of the list in its order: what a live tail brought, and on its older side what the search found. */
export interface ListedRows {
  readonly total: number
  rowAt(index: number): LogJson | undefined
  /** Whether a row is one that a tail brought, and not one that was found. */
  isTail(index: number): boolean
  /** Where lines may be missing, a row says so. */
  markAt(index: number): TailMark | undefined
  /** Epoch milliseconds a row stands for, its event held or not. */
  timeAt(index: number): number | undefined
  /** Where an event or a mark stands that is held. */
  indexOf(id: string): number | undefined
  /** The events that are held, in the order of the list. */
  held(): readonly LogJson[]
  /** The rows that are looked at, both ends included. */
  look(first: number, last: number): void
}

export interface ListedParts {
  /** Newer than all that were found. */
  readonly tail: TailView | undefined
  readonly pages: Pick<LogPages, 'total' | 'rowAt' | 'timeAt' | 'rowOf' | 'held' | 'look'> | undefined
  readonly order: 'newest' | 'oldest'
}

/** One list of both, oldest first by turning all places round. */
export function listedRows({ tail, pages, order }: ListedParts): ListedRows {
  const tailed = tail?.size ?? 0
  const total = tailed + (pages?.total ?? 0)
  // Counted from the newest row of all; the same turns a place in the list round, either way.
  const fromNewest = (index: number) => (order === 'newest' ? index : total - 1 - index)
  let held: readonly LogJson[] | undefined
  return {
    total,
    rowAt(index) {
      const place = fromNewest(index)
      return place < tailed ? tail?.logAt(place) : pages?.rowAt(place - tailed)
    },
    isTail: (index) => fromNewest(index) < tailed,
    markAt: (index) => tail?.markAt(fromNewest(index)),
    timeAt(index) {
      const place = fromNewest(index)
      const log = tail?.logAt(place)
      if (log !== undefined) return Date.parse(log['@timestamp'])
      return tail?.markAt(place)?.from ?? pages?.timeAt(place - tailed)
    },
    indexOf(id) {
      const place = tail?.indexOf(id) ?? pages?.rowOf(id)
      if (place === undefined) return undefined
      return fromNewest(tail?.indexOf(id) === undefined ? tailed + place : place)
    },
    held() {
      held ??= order === 'newest' ? newestFirst() : newestFirst().reverse()
      return held
    },
    look(first, last) {
      const [a, b] = [fromNewest(first) - tailed, fromNewest(last) - tailed]
      const [newest, oldest] = [Math.max(0, Math.min(a, b)), Math.max(a, b)]
      if (oldest >= 0) pages?.look(newest, oldest)
    },
  }

  function newestFirst(): LogJson[] {
    return [...(tail?.logs() ?? []), ...(pages?.held() ?? [])]
  }
}
