import type { PatternJson, PatternsOutput } from '@heartwood/api'
import { LEVELS, type Level } from '@heartwood/event'
import { parse, type Query, VARIABLE } from '@heartwood/query-lang'

/** A piece of a shape: what all its messages say, or where they differ. */
export interface ShapePart {
  readonly text: string
  readonly variable: boolean
}

export function partsOf(shape: string): ShapePart[] {
  return shape
    .split(VARIABLE)
    .flatMap((text, index): ShapePart[] => [
      ...(index > 0 ? [{ text: VARIABLE, variable: true }] : []),
      ...(text === '' ? [] : [{ text, variable: false }]),
    ])
}

/** The levels of a pattern, worst first. */
export function levelsOf({ levels }: PatternJson): { level: Level; count: number }[] {
  return LEVELS.flatMap((level) => {
    const count = levels[level] ?? 0
    return count > 0 ? [{ level, count }] : []
  }).toSorted((a, b) => severity(b.level) - severity(a.level))
}

function severity(level: Level): number {
  return level === 'unknown' ? -1 : LEVELS.indexOf(level)
}

/** The bars of a sparkline as one SVG path, as wide and high as said; nothing where nothing is. */
export function sparkPath(counts: readonly number[], width: number, height: number): string {
  const most = Math.max(1, ...counts)
  const step = width / Math.max(1, counts.length)
  return counts
    .map((count, index) => {
      if (count === 0) return ''
      // One event must still be seen.
      const high = Math.max(1, (count / most) * height)
      const [left, wide] = [index * step, Math.max(0.5, step - 0.5)]
      return `M${round(left)} ${height}v${round(-high)}h${round(wide)}v${round(high)}z`
    })
    .join('')
}

function round(value: number): number {
  return Math.round(value * 100) / 100
}

/** What the counts are of, in words. */
export function patternsText({ matched, looked, shapes, patterns }: PatternsOutput): string {
  const n = (count: number) => count.toLocaleString('en')
  const all = `${n(shapes)} ${shapes === 1 ? 'pattern' : 'patterns'}`
  const some = patterns.length < shapes ? `The ${n(patterns.length)} commonest of ${all}` : all
  if (looked === matched) return `${some} in ${n(matched)} ${matched === 1 ? 'event' : 'events'}`
  return `${some} in a random sample of ${n(looked)} of ${n(matched)} events`
}

/** The term that finds the lines of a pattern, or leaves them out. */
export function patternTerm({ query }: PatternJson, side: 'only' | 'without'): Query {
  const term = parse(query).query
  if (side === 'only') return term
  return term.kind === 'not' ? term.term : { kind: 'not', term }
}
