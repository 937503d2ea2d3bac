import { ALL_TIME, isoRange, resolveRange, type TimeRange } from './time-range.ts'

/** The range moved by half its length, earlier or later; never past now. Undefined where it cannot be moved. */
export function movedRange(
  range: TimeRange,
  direction: 'earlier' | 'later',
  now: number,
): TimeRange | undefined {
  const resolved = range.from === ALL_TIME.from ? undefined : resolveRange(range, now)
  if (resolved === undefined) return undefined
  const length = resolved.to - resolved.from
  const step = Math.max(1, Math.round(length / 2)) * (direction === 'earlier' ? -1 : 1)
  if (step > 0 && range.to === 'now') return undefined
  const [from, to] = [resolved.from + step, resolved.to + step]
  if (step > 0 && to > now) return resolved.to < now ? isoRange(now - length, now) : undefined
  return isoRange(from, to)
}

/** Twice the range around its middle; one up to now stays up to now. Undefined for all time. */
export function doubledRange(range: TimeRange, now: number): TimeRange | undefined {
  if (range.from === ALL_TIME.from) return undefined
  const relative = /^now-(\d{1,6})(ms|s|m|h|d|w)$/.exec(range.from)
  if (relative !== null && range.to === 'now')
    return { from: `now-${Number(relative[1]) * 2}${relative[2]}`, to: 'now' }
  const resolved = resolveRange(range, now)
  if (resolved === undefined) return undefined
  const half = Math.max(1, Math.round((resolved.to - resolved.from) / 2))
  if (range.to === 'now') return { from: isoRange(resolved.from - 2 * half, now).from, to: 'now' }
  return isoRange(resolved.from - half, resolved.to + half)
}

/** The ranges someone looked at before this one, and those gone back from; the nearest last. */
export interface RangeHistory {
  readonly past: readonly TimeRange[]
  readonly future: readonly TimeRange[]
}

export const NO_RANGES: RangeHistory = { past: [], future: [] }
const MAX_KEPT = 50

/** Another range than `left` is shown now. */
export function leftRange(history: RangeHistory, left: TimeRange): RangeHistory {
  return { past: [...history.past, left].slice(-MAX_KEPT), future: [] }
}

/** The range before the one shown, or after it, and the history once that is shown. */
export function steppedRange(
  history: RangeHistory,
  shown: TimeRange,
  direction: 'back' | 'forward',
): { range: TimeRange; history: RangeHistory } | undefined {
  const { past, future } = history
  const range = (direction === 'back' ? past : future).at(-1)
  if (range === undefined) return undefined
  return direction === 'back'
    ? { range, history: { past: past.slice(0, -1), future: [...future, shown] } }
    : { range, history: { past: [...past, shown], future: future.slice(0, -1) } }
}
