import fc from 'fast-check'
import type { AttributeValue, EventDraft } from '../src/index.ts'

const text = fc.oneof(
  fc.string({ unit: 'grapheme', minLength: 1 }),
  fc.constantFrom('checkout', 'İstanbul', '\u0000', '👩‍👩‍👧', 'a\nb'),
)
const scalar = fc.oneof(
  text,
  fc.integer(),
  // A whole number past 2^53 comes back from an array as bigint; -0 as 0.
  fc
    .double({ noNaN: true, noDefaultInfinity: true })
    .filter((value) => !Object.is(value, -0) && (!Number.isInteger(value) || Number.isSafeInteger(value))),
  fc.boolean(),
  fc
    .bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
    .filter((value) => !Number.isSafeInteger(Number(value))),
)
const value: fc.Arbitrary<AttributeValue> = fc.oneof(scalar, fc.array(scalar, { maxLength: 4 }))
const key = fc.oneof(
  fc.string({ maxLength: 6 }),
  fc.constantFrom('__proto__', 'constructor', '', 'userId', 'userid', 'a.b', 'q"uote'),
)
const bag = fc.array(fc.tuple(key, value), { maxLength: 5 }).map((pairs) => {
  const made: Record<string, AttributeValue> = Object.create(null)
  for (const [name, inner] of pairs) made[name] = inner
  return made
})
const optional = fc.option(text, { nil: undefined })
const nanos = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })

/** Event drafts of every shape, hostile keys and values included; ids are distinct within an array. */
export const drafts: fc.Arbitrary<EventDraft[]> = fc
  .array(
    fc.record({
      timestamp: nanos,
      observed_at: nanos,
      severity_number: fc.integer({ min: 0, max: 24 }),
      service: optional,
      message: fc.option(text, { nil: '' }).map((words) => words ?? ''),
      trace_id: optional,
      weight: fc.integer({ min: 1, max: 1000 }),
      flags: fc.integer({ min: 0, max: 15 }),
      attributes: bag,
      resource: bag,
    }),
    { maxLength: 12 },
  )
  .map((rows) => rows.map((row, index) => ({ ...row, id: `batch-${index}` })))
