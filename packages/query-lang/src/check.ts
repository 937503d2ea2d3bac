import { fieldTarget, LEVELS, type Nanos } from '@heartwood/event'
import { regexProblem } from '#regex-problem'
import { mostAlike } from './alike.ts'
import type { Diagnostic, FieldMatch, Query } from './ast.ts'
import { parseNumber } from './number-literal.ts'
import { parseTime } from './time-input.ts'
import { levelOf } from './value-test.ts'

/** Any fixed time will do: whether a text is a time does not depend on now, short of the ends of int64. */
const SOME_NOW: Nanos = 0n

/** A part of a query that could match nothing at all, whatever the events. */
export interface Problem {
  readonly message: string
  readonly node: Extract<Query, { kind: 'text' | 'field' }>
  /** What may be meant instead. */
  readonly instead?: FieldMatch
}

/** Why a match is refused, and what may be meant. */
type Refusal = Omit<Problem, 'node'>

/**
 * What is wrong with a query beyond its syntax, by the fields it names. An error means that a part could match nothing
 * at all, whatever the events; such a query must not be run. `parse` includes this.
 */
export function check(query: Query): Diagnostic[] {
  return problems(query).map(({ message, node }) => ({ severity: 'error', message, span: node.span }))
}

export function problems(query: Query): Problem[] {
  switch (query.kind) {
    case 'all':
      return []
    case 'and':
    case 'or':
      return query.terms.flatMap(problems)
    case 'not':
      return problems(query.term)
    case 'text': {
      const message = query.match.kind === 'regex' ? regexProblem(query.match.pattern) : undefined
      return message === undefined ? [] : [{ message, node: query }]
    }
    case 'field': {
      const refusal = fieldProblem(query.field, query.match)
      return refusal === undefined ? [] : [{ ...refusal, node: query }]
    }
  }
}

function fieldProblem(name: string, match: FieldMatch): Refusal | undefined {
  if (match.kind === 'exists') return undefined
  if (match.kind === 'regex') {
    const message = regexProblem(match.pattern)
    if (message !== undefined) return { message }
  }
  const target = fieldTarget(name)
  const kind = target.at === 'own' ? target.field.kind : 'attribute'
  switch (kind) {
    case 'level':
      return levelProblem(match)
    case 'time':
      return timeProblem(name, match)
    case 'number': {
      const message = numberProblem(name, match)
      return message === undefined ? undefined : { message }
    }
    case 'attribute':
      if (match.kind !== 'compare' || parseNumber(match.value) !== undefined) return undefined
      return {
        message: `\`${match.op}\` needs a number here, and \`${match.value}\` is none`,
        instead: comparable(match),
      }
    case 'keyword':
    case 'text':
      if (match.kind !== 'compare') return undefined
      return {
        message: `\`${name}\` holds text: \`${match.op}\` compares numbers, levels and times only`,
        instead: { kind: 'equals', value: match.value },
      }
  }
}

/** `>100ms` may mean the number; another text can only be equal. */
function comparable(match: Extract<FieldMatch, { kind: 'compare' }>): FieldMatch {
  const number = /^(-?\d+(?:\.\d+)?)\s*[a-zA-Zµ%]{1,3}$/.exec(match.value)?.[1]
  return number === undefined ? { kind: 'equals', value: match.value } : { ...match, value: number }
}

function levelProblem(match: Exclude<FieldMatch, { kind: 'exists' }>): Refusal | undefined {
  if (match.kind !== 'equals' && match.kind !== 'compare') return undefined
  const level = levelOf(match.value)
  if (level === undefined) {
    const value = mostAlike(match.value, LEVELS)
    return {
      message: `\`${match.value}\` is not a level: ${LEVELS.join(', ')}`,
      ...(value !== undefined && { instead: { ...match, value } }),
    }
  }
  if (match.kind === 'compare' && level === 'unknown') {
    const instead: FieldMatch = { kind: 'equals', value: level }
    return { message: '`unknown` stands outside the order of levels', instead }
  }
  return undefined
}

function timeProblem(name: string, match: Exclude<FieldMatch, { kind: 'exists' }>): Refusal | undefined {
  if (match.kind === 'wildcard' || match.kind === 'regex') {
    return { message: `\`${name}\` is a time: compare it with \`>\`, \`>=\`, \`<\` or \`<=\`` }
  }
  if (parseTime(match.value, SOME_NOW) !== undefined) return undefined
  const value = match.value === 'yesterday' ? 'now-1d' : `now-${match.value.replace(/^-/, '')}`
  return {
    message: `\`${match.value}\` is not a time: write ISO 8601, epoch milliseconds or \`now-5m\``,
    ...(parseTime(value, SOME_NOW) !== undefined && { instead: { ...match, value } }),
  }
}

function numberProblem(name: string, match: Exclude<FieldMatch, { kind: 'exists' }>): string | undefined {
  if (match.kind === 'wildcard' || match.kind === 'regex') {
    return `\`${name}\` is a number: compare it with \`>\`, \`>=\`, \`<\`, \`<=\` or a number`
  }
  return parseNumber(match.value) === undefined ? `\`${match.value}\` is not a number` : undefined
}
