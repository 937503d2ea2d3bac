import type { LogJson } from '@heartwood/api'
import { LEVELS, type Level } from '@heartwood/event'
import fc from 'fast-check'

/** A line of a trace, so many nanoseconds after its beginning. */
export function traceLog(nanos: number, line: Partial<LogJson> = {}): LogJson {
  const millis = Math.floor(nanos / 1e6)
  const rest = String(nanos % 1e6).padStart(6, '0')
  const at = new Date(Date.UTC(2026, 2, 1) + millis).toISOString().replace('Z', `${rest}Z`)
  return {
    id: `b-${nanos}`,
    '@timestamp': at,
    observed_at: at,
    level: 'info',
    severity_number: 9,
    message: '',
    source: 'json',
    weight: 1,
    flags: [],
    attributes: {},
    resource: {},
    ...line,
  }
}

/** Any trace, oldest line first. */
export const anyTrace: fc.Arbitrary<LogJson[]> = fc
  .array(
    fc.record({
      nanos: fc.integer({ min: 0, max: 5_000_000_000 }),
      service: fc.constantFrom('a', 'b', undefined, '__proto__'),
      level: fc.constantFrom<Level>(...LEVELS),
      span_id: fc.constantFrom('s1', 's2', undefined),
    }),
    { maxLength: 60 },
  )
  .map((lines) =>
    lines
      .toSorted((a, b) => a.nanos - b.nanos)
      .map(({ nanos, ...line }, index) => traceLog(nanos, { ...line, id: `b-${index}` })),
  )
