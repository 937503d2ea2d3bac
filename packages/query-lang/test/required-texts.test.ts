import { EventBatchBuilder, type LogEvent, rowsOf } from '@heartwood/event'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { anyEvent, anyValidQuery } from '../src/generate.ts'
import {
  compilePredicate,
  fold,
  parse,
  print,
  type RequiredText,
  requiredText,
  type TermField,
} from '../src/index.ts'

const NOW = 1_790_000_000_000_000_000n

/** All texts of an event in a field, or its free text; of `rest` and arrays their JSON, in which anything may be escaped. */
function textsOf(event: LogEvent, field: TermField | undefined): { plain: unknown[]; hasJson: boolean } {
  const { message, trace_id, span_id, request_id, id, attributes, resource, rest } = event
  if (field?.area === 'own')
    return { plain: [new Map<string, unknown>(Object.entries(event)).get(field.key)], hasJson: false }
  const area = field?.area === 'resource' ? resource : attributes
  const values =
    field === undefined ? Object.values(area) : [Object.hasOwn(area, field.key) ? area[field.key] : '']
  return {
    plain: field === undefined ? [...values, message, trace_id, span_id, request_id, id] : values,
    hasJson: rest !== undefined || values.some(Array.isArray),
  }
}

function holds(event: LogEvent, required: RequiredText): boolean {
  switch (required.kind) {
    case 'all':
      return required.texts.every((text) => holds(event, text))
    case 'any':
      return required.texts.some((text) => holds(event, text))
    case 'piece': {
      const { plain, hasJson } = textsOf(event, required.field)
      return hasJson || plain.some((text) => typeof text === 'string' && fold(text).includes(required.text))
    }
  }
}

test('an event that matches holds what its query requires of texts, for any query', () => {
  fc.assert(
    fc.property(fc.array(anyEvent, { minLength: 1, maxLength: 8 }), anyValidQuery, (drafts, query) => {
      const builder = new EventBatchBuilder()
      for (const [index, draft] of drafts.entries()) builder.add({ ...draft, id: `user-${index}` })
      const required = requiredText(query)
      const matches = compilePredicate(query, NOW)
      for (const event of rowsOf(builder.finish())) {
        if (required !== undefined && matches(event)) expect(holds(event, required), print(query)).toBe(true)
      }
    }),
    { numRuns: 2000 },
  )
})

test('words, values and the literal parts of patterns are required, numbers and what is excluded are not', () => {
  const pieces = (text: string) => requiredText(parse(text).query)
  const piece = (text: string, field?: TermField) => ({ kind: 'piece', text, field })
  expect(pieces('Timeout')).toEqual(piece('timeout'))
  expect(pieces('message:*Time*out*')).toEqual({
    kind: 'all',
    texts: ['time', 'out'].map((text) => piece(text, { area: 'own', key: 'message' })),
  })
  expect(pieces('a OR user:"Bob"')).toEqual({
    kind: 'any',
    texts: [piece('a'), piece('bob', { area: 'attributes', key: 'user' })],
  })
  for (const text of ['status:500', 'level>=warn', '-timeout', '/time.*out/', 'message:*', 'a OR status:500'])
    expect(pieces(text), text).toBeUndefined()
})
