import { expect, test } from 'vitest'
import { ATTRIBUTE_NAMES, attributeNamed, canonicalKey, fieldTarget, ownField } from '../src/index.ts'

test('a question by the name that a library writes leads where the pipeline put the value', () => {
  for (const { name, aliases } of ATTRIBUTE_NAMES)
    for (const alias of [name, ...aliases])
      expect(fieldTarget(alias)).toMatchObject({ at: 'attribute', key: name })
  expect(fieldTarget('loggerName')).toMatchObject({ key: 'log.logger' })
  expect(fieldTarget('err.stack')).toMatchObject({ key: 'error.stack_trace', kind: 'text' })
  expect(fieldTarget('attributes.loggerName')).toMatchObject({ key: 'loggerName' })
})

test('no name means two attributes, and none of the own fields', () => {
  const keys = ATTRIBUTE_NAMES.flatMap(({ name, aliases }) =>
    [name, ...aliases].map((key) => ({ name, key })),
  )
  for (const { name, key } of keys) {
    expect(attributeNamed(key)?.attribute.name, key).toBe(name)
    expect(ownField(key)).toBeUndefined()
  }
  expect(new Set(keys.map(({ key }) => key)).size).toBe(keys.length)
  expect(canonicalKey('Exception.StackTrace')).toBe(canonicalKey('exception.stack_trace'))
})
