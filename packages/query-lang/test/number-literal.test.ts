import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compareNumbers, integerComparison, parseNumber } from '../src/number-literal.ts'

const OPS = ['=', '>', '>=', '<', '<='] as const

/** The comparison of an integer with a decimal, scaled up so that both are integers. */
function exactly(op: (typeof OPS)[number], value: bigint, digits: bigint, decimals: number): boolean {
  return compareNumbers(op, value * 10n ** BigInt(decimals), digits)
}

test('an integer of 64 bits is compared with any decimal without rounding', () => {
  const int64 = fc.oneof(
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    fc.bigInt({ min: -20n, max: 20n }),
  )
  fc.assert(
    fc.property(
      int64,
      fc.bigInt({ min: -3n, max: 3n }),
      fc.nat(25),
      fc.constantFrom(...OPS),
      (value, near, decimals, op) => {
        const digits = value * 10n ** BigInt(decimals) + near
        const magnitude = String(digits < 0n ? -digits : digits).padStart(decimals + 1, '0')
        const point = magnitude.length - decimals
        const text = `${digits < 0n ? '-' : ''}${magnitude.slice(0, point)}${decimals > 0 ? `.${magnitude.slice(point)}` : ''}`
        const literal = parseNumber(text)
        if (literal === undefined) throw new Error(`${text} is a number`)
        const comparison = integerComparison(op, literal)
        const found =
          comparison === 'always' ||
          (comparison !== 'never' && compareNumbers(comparison.op, value, comparison.bound))
        expect(found, `${value} ${op} ${text}`).toBe(exactly(op, value, digits, decimals))
      },
    ),
    { numRuns: 3000 },
  )
})

test('an exponent is part of the value', () => {
  expect(parseNumber('5e2')).toEqual({ double: 500, floor: 500n, whole: true })
  expect(parseNumber('1.25e1')).toEqual({ double: 12.5, floor: 12n, whole: false })
  expect(parseNumber('-125e-1')).toEqual({ double: -12.5, floor: -13n, whole: false })
  expect(parseNumber('-1e-400')).toEqual({ double: -0, floor: -1n, whole: false })
  expect(parseNumber('1e999999999999')).toMatchObject({ double: Infinity, floor: 2n ** 64n })
  expect(parseNumber('0e999999999999')).toMatchObject({ floor: 0n, whole: true })
})

test('what JSON does not call a number is none', () => {
  for (const text of ['', '007', '0x10', '+1', '1.', '.5', '1e', 'NaN', 'Infinity', ' 1', '1_000', '١٢']) {
    expect(parseNumber(text), text).toBeUndefined()
  }
})
