import { exactIntegers, exactJson } from '@heartwood/event'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { laidOut } from '../src/features/search/json/laid-out.ts'
import { laidOutMessage, messageParts } from '../src/features/search/json/message-parts.ts'

describe('JSON for reading', () => {
  test('JSON is laid out without a change to what it says, however it is written', () => {
    fc.assert(
      fc.property(fc.json(), (json) => {
        const shown = laidOut(json)
        expect(JSON.parse(shown)).toEqual(JSON.parse(json))
        expect(laidOut(shown)).toBe(shown)
      }),
    )
    expect(laidOut('{"n":12345678901234567890,"a":[],"a":{"b":1.50}}')).toBe(
      '{\n  "n": 12345678901234567890,\n  "a": [],\n  "a": {\n    "b": 1.50\n  }\n}',
    )
  })

  test('JSON at the end of a message is found behind what stands before it', () => {
    expect(messageParts('failed [3] {"a":1}')).toEqual({ before: 'failed [3] ', json: '{\n  "a": 1\n}' })
    expect(messageParts('no {json} here')).toEqual({ before: 'no {json} here', json: undefined })
    expect(messageParts('{}').json).toBeUndefined()
  })

  test('a value is laid out as JSON.stringify would, and its integers keep their digits', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
        expect(laidOut(exactJson(value))).toBe(JSON.stringify(value, null, 2))
      }),
    )
    const text = laidOut(exactJson({ big: 9007199254740993n, nothing: undefined }))
    expect(text).toBe('{\n  "big": 9007199254740993\n}')
    expect(JSON.parse(text, exactIntegers)).toEqual({ big: 9007199254740993n })
  })

  test('a message keeps what it says around its JSON, digits and keys that come twice, and is left alone without any', () => {
    expect(laidOutMessage(' {"a":[1,12345678901234567890.10],"a":2} ')).toBe(
      '{\n  "a": [\n    1,\n    12345678901234567890.10\n  ],\n  "a": 2\n}',
    )
    expect(laidOutMessage('failed {"a":1}')).toBe('failed\n{\n  "a": 1\n}')
    for (const text of ['plain', '12', '"text"', '{broken', '[warn] disk', '', '{\n  "a": 1\n}']) {
      expect(laidOutMessage(text), text).toBeUndefined()
    }
  })
})
