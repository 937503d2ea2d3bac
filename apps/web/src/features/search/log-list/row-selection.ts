import type { LogJson } from '@heartwood/api'

/** Rows the reader has marked to copy them. They are kept as they are: the list may let go of them meanwhile. */
export interface RowSelection {
  readonly logs: ReadonlyMap<string, LogJson>
  /** The row marked last: a range begins here. */
  readonly anchor: string | undefined
}

export const NOTHING_SELECTED: RowSelection = { logs: new Map(), anchor: undefined }
/** Beyond it, the result is exported and not copied. */
export const MAX_SELECTED = 10_000

export function toggled(selection: RowSelection, log: LogJson): RowSelection {
  const logs = new Map(selection.logs)
  if (!logs.delete(log.id) && logs.size < MAX_SELECTED) logs.set(log.id, log)
  return { logs, anchor: log.id }
}

/** The rows from the anchor to another row added, both ends included; `held` is in the order of the list. */
export function withRange(selection: RowSelection, to: LogJson, held: readonly LogJson[]): RowSelection {
  const from = held.findIndex(({ id }) => id === selection.anchor)
  const end = held.findIndex(({ id }) => id === to.id)
  if (from < 0 || end < 0) return toggled(selection, to)
  const logs = new Map(selection.logs)
  for (const log of held.slice(Math.min(from, end), Math.max(from, end) + 1))
    if (logs.size < MAX_SELECTED) logs.set(log.id, log)
  return { logs, anchor: to.id }
}

/** The marked events in the order of the list, by time. */
export function selectedLogs(selection: RowSelection, order: 'newest' | 'oldest'): LogJson[] {
  const sign = order === 'newest' ? -1 : 1
  return [...selection.logs.values()].sort((a, b) => sign * compareLogs(a, b))
}

/** By time to the nanosecond, of one instant by id. Times of one length compare as their texts do. */
function compareLogs(a: LogJson, b: LogJson): number {
  const [left, right] = [digitsOf(a), digitsOf(b)]
  if (left === right) return a.id < b.id ? -1 : 1
  return left < right ? -1 : 1
}

function digitsOf(log: LogJson): string {
  return log['@timestamp'].replace(
    /(\.\d+)?Z$/,
    (fraction) => `.${fraction.replace(/[.Z]/g, '').padEnd(9, '0')}`,
  )
}
