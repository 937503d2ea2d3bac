import type { EventDraft } from '@heartwood/event'
import fc from 'fast-check'

const INT64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })

/** Texts that are hard to store: not well-formed, long, without letters. */
export const awkwardText = fc.oneof(
  fc.constantFrom('', 'GET', 'POST', 'ü', '\0', '\ufeffbom', '\ud800', '\udc00', 'a\ud83d', '\u{1f600}'),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ maxLength: 700 }),
)

const number = fc.oneof(
  fc.constantFrom(0, -0, 200, 404, 0.5, -1.5, 5e-324, 1.7976931348623157e308),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  INT64,
)

const values = fc.array(
  fc.oneof(fc.string(), fc.constantFrom('\ud800', '\udc00x'), fc.integer(), fc.boolean()),
  {
    maxLength: 4,
  },
)

/** Rows come back, so that there are runs and dictionaries as well as values that occur once. */
export const generatedRows: fc.Arbitrary<Omit<EventDraft, 'id'>[]> = fc
  .array(
    fc.record(
      {
        timestamp: INT64,
        observed_at: INT64,
        severity_number: fc.integer({ min: 0, max: 24 }),
        weight: fc.constantFrom(1, 1, 2.5, 1e9),
        flags: fc.integer({ min: 0, max: 255 }),
        service: awkwardText,
        message: awkwardText,
        trace_id: awkwardText,
        request_id: awkwardText,
        rest: fc.constantFrom('{"a":"\\ud800"}', '{"b":[1]}'),
        attributes: fc.dictionary(
          fc.constantFrom('a', 'A', 'b', 'ü', '__proto__'),
          fc.oneof(awkwardText, number, fc.boolean(), values),
        ),
        resource: fc.dictionary(fc.constantFrom('a', 'host'), fc.oneof(awkwardText, number)),
      },
      { requiredKeys: ['timestamp', 'observed_at'] },
    ),
    { minLength: 1, maxLength: 30 },
  )
  .chain((drawn) =>
    fc
      .array(fc.tuple(fc.nat(drawn.length - 1), fc.integer({ min: 1, max: 40 })), {
        minLength: 1,
        maxLength: 30,
      })
      .map((runs) =>
        runs.flatMap(([row, times]) => Array.from({ length: times }, () => drawn[row] ?? drawn[0])),
      ),
  )
  .map((drawn) => drawn.filter((row) => row !== undefined))
