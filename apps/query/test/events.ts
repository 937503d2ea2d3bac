import { type LogEvent, levelOfSeverity, type Nanos } from '@heartwood/event'

export const NOW: Nanos = 1_767_225_600_123_456_789n
const SECOND = 1_000_000_000n

/** An event with what a test says and something sensible for the rest. */
export function event(id: string, given: Partial<LogEvent> = {}): LogEvent {
  const severity = given.severity_number ?? 9
  return {
    id,
    timestamp: NOW - 60n * SECOND,
    observed_at: NOW - 60n * SECOND,
    severity_number: severity,
    level: levelOfSeverity(severity),
    message: `message of ${id}`,
    source: 'json',
    weight: 1,
    flags: 0,
    attributes: {},
    resource: {},
    ...given,
  }
}

const SERVICES = ['checkout', 'cart', 'search', 'login']
const SEVERITIES = [5, 9, 9, 9, 13, 17, 21]

/** Events over the last 50 minutes, several with the same time, levels and services mixed. */
export function someEvents(count: number, prefix = 'batch'): LogEvent[] {
  return Array.from({ length: count }, (_, i) => {
    const time = NOW - (BigInt(i % 97) * 30n + 1n) * SECOND
    return event(`${prefix}-${i}`, {
      timestamp: time,
      observed_at: time,
      severity_number: SEVERITIES[i % SEVERITIES.length] ?? 9,
      level: levelOfSeverity(SEVERITIES[i % SEVERITIES.length] ?? 9),
      service: SERVICES[i % SERVICES.length],
      message: `request ${i} took ${i * 3} ms`,
      attributes: { status: i % 5 === 0 ? 500 : 200, path: `/item/${i % 7}` },
    })
  })
}
