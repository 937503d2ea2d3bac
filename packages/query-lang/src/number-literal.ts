/**
 * A number as a query writes it, exact: int64 columns are compared without rounding, doubles with the nearest double.
 */
export interface NumberLiteral {
  readonly double: number
  /** The largest integer not above it, cut to ±2^64, which is outside int64 on both sides. */
  readonly floor: bigint
  /** Whether it is an integer. */
  readonly whole: boolean
}

const NUMBER = /^(-?)(0|[1-9]\d*)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/
const LIMIT = 2n ** 64n
/** Decimal digits left of the point beyond which only the sign matters (2^64 has 20). */
const MANY_DIGITS = 30

/** Reads a number in JSON's syntax; undefined for anything else (so `007` and `0x10` are text). */
export function parseNumber(text: string): NumberLiteral | undefined {
  const match = NUMBER.exec(text)
  if (!match) return undefined
  const [, sign, integer = '0', fraction = '', exponent = '0'] = match
  const double = Number(text)
  const digits = (integer + fraction).replace(/^0+/, '')
  if (digits === '') return { double, floor: 0n, whole: true }
  const isNegative = sign === '-'
  // value = 0.digits * 10^point
  const point = Number(exponent) + integer.length - (integer.length + fraction.length - digits.length)
  if (point > MANY_DIGITS) return { double, floor: isNegative ? -LIMIT : LIMIT, whole: true }
  const left = point <= 0 ? '' : digits.slice(0, point).padEnd(point, '0')
  const right = point <= 0 ? digits : digits.slice(point)
  const whole = !/[1-9]/.test(right)
  const magnitude = BigInt(left === '' ? '0' : left)
  const floor = isNegative ? -magnitude - (whole ? 0n : 1n) : magnitude
  return { double, floor: clamp(floor), whole }
}

function clamp(value: bigint): bigint {
  if (value > LIMIT) return LIMIT
  return value < -LIMIT ? -LIMIT : value
}

export type NumberOp = '=' | '>' | '>=' | '<' | '<='

/** What an integer must satisfy, in integers only: `x > 1.5` is `x > 1`, `x < 1.5` is `x <= 1`, `x = 1.5` never. */
export function integerComparison(
  op: NumberOp,
  literal: NumberLiteral,
): { op: NumberOp; bound: bigint } | 'never' | 'always' {
  const { floor, whole } = literal
  const exact: { op: NumberOp; bound: bigint } | 'never' = whole
    ? { op, bound: floor }
    : op === '='
      ? 'never'
      : { op: op === '>' || op === '>=' ? '>' : '<=', bound: floor }
  if (exact === 'never') return exact
  if (exact.bound > INT64_MAX) return exact.op === '<' || exact.op === '<=' ? 'always' : 'never'
  if (exact.bound < INT64_MIN) return exact.op === '>' || exact.op === '>=' ? 'always' : 'never'
  return exact
}

const INT64_MIN = -(2n ** 63n)
const INT64_MAX = 2n ** 63n - 1n

export function compareNumbers<N extends number | bigint>(op: NumberOp, value: N, bound: N): boolean {
  switch (op) {
    case '=':
      return value === bound
    case '>':
      return value > bound
    case '>=':
      return value >= bound
    case '<':
      return value < bound
    case '<=':
      return value <= bound
  }
}
