import {
  isLevel,
  LEVELS,
  type Level,
  levelOfSeverity,
  type Nanos,
  severityOfLevel,
  severityOfWord,
} from '@heartwood/event'
import type { FieldMatch } from './ast.ts'
import { type NumberLiteral, type NumberOp, parseNumber } from './number-literal.ts'
import { fieldTextTest, type TextTest, textMatcher } from './text-test.ts'
import { parseTime } from './time-input.ts'

/**
 * What a value of any type must be. An attribute's value passes by its own type:
 * - a string by `text`; a boolean by `text` put to `true` or `false`;
 * - a number by `number`; an integer also by `text` put to its decimal digits, where `digits` is set;
 * - an array if any element passes.
 */
export interface ValueTest {
  readonly text: TextTest
  readonly number: NumberTest | undefined
  readonly digits: boolean
}

export interface NumberTest {
  readonly op: NumberOp
  readonly literal: NumberLiteral
}

/** The test behind `field:...` for attributes, resource values and what is in `rest`; not for `exists`. */
export function valueTest(match: FieldMatch, kind: 'keyword' | 'text'): ValueTest {
  return {
    text: fieldTextTest(match, kind),
    number: numberTest(match),
    digits: match.kind === 'wildcard' || match.kind === 'regex',
  }
}

/** The comparison a match puts to numbers, undefined where no number passes it. */
export function numberTest(match: FieldMatch): NumberTest | undefined {
  if (match.kind !== 'equals' && match.kind !== 'compare') return undefined
  const literal = parseNumber(match.value)
  return literal && { op: match.kind === 'equals' ? '=' : match.op, literal }
}

/** The comparison a match puts to a time in nanoseconds, undefined where no time passes it. */
export function timeTest(match: FieldMatch, now: Nanos): { op: NumberOp; bound: Nanos } | undefined {
  if (match.kind !== 'equals' && match.kind !== 'compare') return undefined
  const bound = parseTime(match.value, now)
  return bound === undefined ? undefined : { op: match.kind === 'equals' ? '=' : match.op, bound }
}

/** The level a word of a query means, in any case: a level's name or a usual word for it (`warning`, `crit`). */
export function levelOf(word: string): Level | undefined {
  const name = word.toLowerCase()
  if (isLevel(name)) return name
  const severity = severityOfWord(word)
  return severity === undefined || severity === 0 ? undefined : levelOfSeverity(severity)
}

/** The ranges [from, to] of severity numbers that a match on `level` lets through, rising and apart. */
export function severityRanges(match: FieldMatch): [from: number, to: number][] {
  const levels = match.kind === 'exists' ? [...LEVELS] : levelsOf(match)
  const ranges = levels
    .map((level): [number, number] => [
      severityOfLevel(level),
      level === 'unknown' ? 0 : severityOfLevel(level) + 3,
    ])
    .sort(([a], [b]) => a - b)
  return ranges.reduce<[number, number][]>((joined, [from, to]) => {
    const last = joined.at(-1)
    if (last !== undefined && last[1] === from - 1) last[1] = to
    else joined.push([from, to])
    return joined
  }, [])
}

function levelsOf(match: Exclude<FieldMatch, { kind: 'exists' }>): Level[] {
  switch (match.kind) {
    case 'equals': {
      const level = levelOf(match.value)
      return level === undefined ? [] : [level]
    }
    case 'wildcard': {
      const matches = textMatcher(
        fieldTextTest({ kind: 'wildcard', pattern: match.pattern.toLowerCase() }, 'keyword'),
      )
      return LEVELS.filter(matches)
    }
    case 'regex':
      return LEVELS.filter(textMatcher({ kind: 'regex', pattern: match.pattern }))
    case 'compare': {
      const bound = levelOf(match.value)
      // `unknown` stands outside the order.
      if (bound === undefined || bound === 'unknown') return []
      return LEVELS.filter((level) => level !== 'unknown' && isOrdered(match.op, level, bound))
    }
  }
}

function isOrdered(op: '>' | '>=' | '<' | '<=', level: Level, bound: Level): boolean {
  const difference = LEVELS.indexOf(level) - LEVELS.indexOf(bound)
  switch (op) {
    case '>':
      return difference > 0
    case '>=':
      return difference >= 0
    case '<':
      return difference < 0
    case '<=':
      return difference <= 0
  }
}
