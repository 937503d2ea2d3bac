import type { HistogramView } from './prepare-histogram.ts'

/** Buckets that are picked by keyboard, both ends included. */
export interface Brush {
  readonly first: number
  readonly last: number
}

/**
 * What a key does to the brush: arrows move it, with Shift they pull its right end, Home and End go to the ends, Escape
 * takes it away. Undefined for a key that is not its own; null for no brush.
 */
export function brushed(
  brush: Brush | undefined,
  { key, shift }: { readonly key: string; readonly shift: boolean },
  count: number,
): Brush | null | undefined {
  if (count === 0) return undefined
  const { first, last } = brush ?? { first: count, last: count }
  const width = last - first
  switch (key) {
    case 'ArrowLeft':
    case 'ArrowRight': {
      const step = key === 'ArrowLeft' ? -1 : 1
      if (brush === undefined) return { first: count - 1, last: count - 1 }
      if (shift) return { first, last: clamp(last + step, first, count - 1) }
      const moved = clamp(first + step, 0, count - 1 - width)
      return { first: moved, last: moved + width }
    }
    case 'Home':
      return { first: 0, last: width < count ? width : 0 }
    case 'End':
      return { first: Math.max(0, count - 1 - width), last: count - 1 }
    case 'Escape':
      return brush === undefined ? undefined : null
    default:
      return undefined
  }
}

/** The times of a brush, epoch milliseconds. */
export function rangeOfBrush(view: HistogramView, { first, last }: Brush): { from: number; to: number } {
  const [from = 0, to = 0] = [view.buckets[first]?.start, view.buckets[last]?.start]
  return { from, to: to + view.intervalMillis }
}

/** A brush as it is said: its time, and how much is in it. */
export function brushText(view: HistogramView, { first, last }: Brush): string {
  const inside = (counts: readonly number[]) =>
    counts.slice(first, last + 1).reduce((sum, count) => sum + count, 0)
  const total = inside(view.buckets.map(({ count }) => count))
  const parts = view.series.flatMap(({ label, counts }) => {
    const count = inside(counts)
    return count === 0 ? [] : [`${count.toLocaleString('en')} ${label}`]
  })
  const { title = '', begins = '' } = view.buckets[first] ?? {}
  const time = first === last ? title : `${begins} – ${view.buckets[last]?.ends ?? ''}`
  return `${time}: ${total.toLocaleString('en')} events${parts.length === 0 ? '' : ` (${parts.join(', ')})`}`
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value))
}
