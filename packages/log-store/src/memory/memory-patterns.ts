import type { Level, LogEvent, Nanos } from '@heartwood/event'
import { messageShape } from '@heartwood/query-lang'
import { compareText } from '../compare-text.ts'
import { floorTo } from '../floor-to.ts'
import type { Pattern, Patterns, PatternsRequest } from '../port.ts'

/** The messages of matching events, newest first, by shape. */
export function patternsOf(
  matching: readonly LogEvent[],
  { limit, interval, events }: Pick<PatternsRequest, 'limit' | 'interval' | 'events'>,
): Patterns {
  const step = Math.max(1, Math.ceil(matching.length / events))
  const looked = matching.filter((_event, index) => index % step === 0)
  const byShape = Map.groupBy(looked, ({ message }) => messageShape(message))
  return {
    matched: matching.length,
    looked: looked.length,
    shapes: byShape.size,
    patterns: [...byShape]
      .map(([shape, alike]) => patternOf(shape, alike, interval))
      .sort((a, b) => b.count - a.count || compareText(a.shape, b.shape))
      .slice(0, limit),
  }
}

function patternOf(shape: string, alike: readonly LogEvent[], interval: Nanos): Pattern {
  const levels: Partial<Record<Level, number>> = {}
  for (const { level } of alike) levels[level] = (levels[level] ?? 0) + 1
  const oldestFirst = alike.toReversed()
  const buckets = Map.groupBy(oldestFirst, ({ timestamp }) => floorTo(timestamp, interval))
  return {
    shape,
    count: alike.length,
    levels,
    first: oldestFirst[0]?.timestamp ?? 0n,
    last: alike[0]?.timestamp ?? 0n,
    buckets: [...buckets].map(([start, { length: count }]) => ({ start, count })),
  }
}
