import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { exactTransformer } from '../src/exact-transformer.ts'

/** What tRPC does: one side serializes and writes JSON, the other reads JSON and deserializes. */
function carried(value: unknown): unknown {
  return exactTransformer.deserialize(JSON.parse(JSON.stringify(exactTransformer.serialize(value))))
}

describe('exactTransformer', () => {
  test('whatever JSON can say and integers of any size come through unchanged', () => {
    const { tree } = fc.letrec((tie) => ({
      leaf: fc.oneof(fc.string(), fc.boolean(), fc.constant(null), fc.integer(), fc.bigInt()),
      tree: fc.oneof(
        { depthSize: 'small' },
        tie('leaf'),
        fc.array(tie('tree'), { maxLength: 4 }),
        fc
          .array(
            fc.tuple(fc.oneof(fc.string(), fc.constantFrom('__proto__', 'json', 'big', '0')), tie('tree')),
            {
              maxLength: 4,
            },
          )
          .map((entries) => Object.fromEntries(entries)),
      ),
    }))
    fc.assert(
      fc.property(tree, (value) => {
        expect(carried(value)).toEqual(value)
      }),
    )
  })

  test('an answer without big integers travels as plain JSON', () => {
    const value = { logs: [{ id: 'a', n: 1 }] }
    expect(exactTransformer.serialize(value)).toEqual({ json: value })
  })

  test('a made-up carriage never throws and reaches nothing outside of it', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (json, big) => {
        exactTransformer.deserialize({ json, big })
        exactTransformer.deserialize(json)
      }),
    )
    exactTransformer.deserialize({
      json: { a: '1' },
      big: [
        ['__proto__', 'polluted'],
        ['constructor', 'name'],
      ],
    })
    expect({}).not.toHaveProperty('polluted')
    expect(Object.name).toBe('Object')
  })
})
