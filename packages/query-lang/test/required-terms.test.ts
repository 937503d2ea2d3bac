import { EventBatchBuilder, type LogEvent, rowsOf } from '@heartwood/event'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { anyEvent, anyValidQuery } from '../src/generate.ts'
import {
  compilePredicate,
  parse,
  print,
  type RequiredTerms,
  requiredTerms,
  type TermField,
  words,
} from '../src/index.ts'
import { parseRest } from '../src/predicate.ts'

const NOW = 1_790_000_000_000_000_000n

/** Every string inside a value, at any depth. */
function stringsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(stringsIn) : []
}

function wordsIn(event: LogEvent): string[] {
  const { message, trace_id, span_id, request_id, id, attributes, rest } = event
  const ids = [message, trace_id, span_id, request_id, id].filter((text) => text !== undefined)
  return [
    ...ids,
    ...stringsIn(attributes),
    ...(rest === undefined ? [] : stringsIn(parseRest(rest))),
  ].flatMap(words)
}

/** The scalars that a field of an event has, those of an array too. */
function valuesIn(event: LogEvent, { area, key }: TermField): unknown[] {
  if (area === 'own') return [new Map<string, unknown>(Object.entries(event)).get(key)]
  const own = (values: Readonly<Record<string, unknown>>, name: string) =>
    Object.hasOwn(values, name) ? values[name] : undefined
  const rest = event.rest === undefined ? {} : parseRest(event.rest)
  const found: unknown[] = [own(event[area], key), own(rest, area === 'resource' ? `resource.${key}` : key)]
  return found.flat()
}

/** What an index that knows everything says of a set of events. */
function isHeld(required: RequiredTerms, events: readonly LogEvent[]): boolean {
  switch (required.kind) {
    case 'anything':
      return true
    case 'nothing':
      return false
    case 'all':
      return required.terms.every((term) => isHeld(term, events))
    case 'any':
      return required.terms.some((term) => isHeld(term, events))
    case 'word':
      return events.some((event) => wordsIn(event).includes(required.word))
    case 'value': {
      const { field, type, value } = required
      return events.some((event) =>
        valuesIn(event, field).some((found) => typeof found === type && String(found) === value),
      )
    }
    case 'number': {
      const { field } = required
      const isNumber = (value: unknown) => typeof value === 'number' || typeof value === 'bigint'
      return events.some((event) => valuesIn(event, field).some(isNumber))
    }
  }
}

describe('what a query requires', () => {
  test('every match has it, alone and among others', () => {
    const anyEvents = fc.array(anyEvent, { minLength: 1, maxLength: 8 }).map((events) => {
      const builder = new EventBatchBuilder()
      for (const [index, event] of events.entries()) builder.add({ ...event, id: `user-${index}` })
      return [...rowsOf(builder.finish())]
    })
    fc.assert(
      fc.property(anyEvents, fc.array(anyValidQuery, { minLength: 30, maxLength: 30 }), (events, queries) => {
        for (const query of queries) {
          const required = requiredTerms(query)
          const matches = events.filter(compilePredicate(query, NOW))
          if (matches.length === 0) continue
          expect(isHeld(required, events), print(query)).toBe(true)
          for (const event of matches) expect(isHeld(required, [event]), print(query)).toBe(true)
        }
      }),
      { numRuns: 150 },
    )
  }, 120_000)

  const word = (text: string): RequiredTerms => ({ kind: 'word', word: text })
  const value = (area: TermField['area'], key: string, text: string): RequiredTerms => ({
    kind: 'value',
    field: { area, key },
    type: 'string',
    value: text,
  })
  const all = (...terms: RequiredTerms[]): RequiredTerms => ({ kind: 'all', terms })
  const any = (...terms: RequiredTerms[]): RequiredTerms => ({ kind: 'any', terms })
  const anything: RequiredTerms = { kind: 'anything' }
  const nothing: RequiredTerms = { kind: 'nothing' }
  const number = (key: string): RequiredTerms => ({ kind: 'number', field: { area: 'attributes', key } })

  test.each<[string, RequiredTerms]>([
    ['*', anything],
    ['level:error', anything],
    ['Timeout', word('timeout')],
    ['timeout user-1', all(word('timeout'), word('user'), word('1'))],
    ['timeout OR "no answer"', any(word('timeout'), all(word('no'), word('answer')))],
    ['timeout OR NOT user', anything],
    ['timeout NOT user', word('timeout')],
    ['timeout level:error', word('timeout')],
    ['check-*', word('check')],
    ['time*', anything],
    ['*refused by the peer*', all(word('by'), word('the'))],
    ['/time?out/', anything],
    ['=>', anything],
    ['trace_id:4BF92f', word('4bf92f')],
    ['id:0199-ab-7', all(word('0199'), word('ab'), word('7'))],
    ['service:checkout OR timeout', any(value('own', 'service', 'checkout'), word('timeout'))],
    ['service:check*', anything],
    ['resource.zone:eu-1', value('resource', 'zone', 'eu-1')],
    ['user.id:u-42', all(value('attributes', 'user.id', 'u-42'), word('u'), word('42'))],
    ['status:500', any(all(value('attributes', 'status', '500'), word('500')), number('status'))],
    ['duration>100', number('duration')],
    ['service>5', nothing],
    ['error.message:refused', word('refused')],
    ['user.id:*', anything],
    ['raw:refused', anything],
  ])('%s', (text, expected) => {
    expect(requiredTerms(parse(text).query)).toEqual(expected)
  })

  test('a boolean is told from a string that reads the same', () => {
    const field: TermField = { area: 'attributes', key: 'ok' }
    expect(requiredTerms(parse('ok:true').query)).toEqual(
      any(all(value('attributes', 'ok', 'true'), word('true')), {
        kind: 'value',
        field,
        type: 'boolean',
        value: 'true',
      }),
    )
  })
})
