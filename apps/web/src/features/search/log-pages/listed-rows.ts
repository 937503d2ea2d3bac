import type { LogJson } from '@heartwood/api'
import type { LogPages } from './log-pages.ts'

/** The rows of the list in its order: what a live tail brought, above what the search found. */
export interface ListedRows {
  readonly total: number
  rowAt(index: number): LogJson | undefined
  /** Epoch milliseconds a row stands for, its event held or not. */
  timeAt(index: number): number | undefined
  /** Where an event stands that is held. */
  indexOf(id: string): number | undefined
  /** The events that are held, in the order of the list. */
  held(): readonly LogJson[]
  /** The rows that are looked at, both ends included. */
  look(first: number, last: number): void
}

export interface ListedParts {
  /** Rows above all that were found, in the order of the list. */
  readonly head: readonly LogJson[]
  readonly pages: LogPages | undefined
  readonly order: 'newest' | 'oldest'
}

/** One list of both, oldest first by turning the places of the pages round. */
export function listedRows({ head, pages, order }: ListedParts): ListedRows {
  const found = pages?.total ?? 0
  const rowOf = (index: number) =>
    order === 'newest' ? index - head.length : found - 1 - (index - head.length)
  let heads: Map<string, number> | undefined
  let held: readonly LogJson[] | undefined
  return {
    total: head.length + found,
    rowAt: (index) => (index < head.length ? head[index] : pages?.rowAt(rowOf(index))),
    timeAt(index) {
      const log = head[index]
      return log === undefined ? pages?.timeAt(rowOf(index)) : Date.parse(log['@timestamp'])
    },
    indexOf(id) {
      heads ??= new Map(head.map((log, index) => [log.id, index]))
      const row = pages?.rowOf(id)
      return heads.get(id) ?? (row === undefined ? undefined : head.length + rowOf(row))
    },
    held() {
      const rows = () => pages?.held() ?? []
      held ??= [...head, ...(order === 'newest' ? rows() : rows().reverse())]
      return held
    },
    look(first, last) {
      const [a, b] = [rowOf(Math.max(first, head.length)), rowOf(last)]
      if (last >= head.length) pages?.look(Math.min(a, b), Math.max(a, b))
    },
  }
}
