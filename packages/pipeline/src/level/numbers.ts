import { severityOfSyslog } from '@heartwood/event'

/**
 * Numeric levels mean different things to different libraries; the rest of the event tells which.
 * - `pino`: pino and bunyan, 10 trace, 20 debug ... 60 fatal, custom levels between them.
 * - `python`: logging's levelno, 10 debug ... 50 critical.
 * - `syslog`: 0 emergency ... 7 debug (also GELF, journald).
 * - `gelf`: the same, but 1 is what the format says where the sender said nothing.
 * - `applicationinsights`: severityLevel, 0 verbose ... 4 critical.
 * - `otel`: severity_number itself, 1 to 24.
 */
export type Scale = 'pino' | 'python' | 'syslog' | 'gelf' | 'applicationinsights' | 'otel'

/** The OpenTelemetry severity of a number on a scale, or undefined where the scale has no such number. */
export function severityOfNumber(scale: Scale, number: number): number | undefined {
  if (!Number.isInteger(number)) return undefined
  switch (scale) {
    case 'pino':
      return number >= 10 && number <= 69 ? PINO[Math.floor(number / 10) - 1] : undefined
    case 'python':
      return number >= 10 && number <= 59 ? PYTHON[Math.floor(number / 10) - 1] : undefined
    case 'syslog':
      return number >= 0 && number <= 7 ? severityOfSyslog(number) : undefined
    case 'gelf':
      return number === 1 ? undefined : severityOfNumber('syslog', number)
    case 'applicationinsights':
      return APPLICATION_INSIGHTS[number]
    case 'otel':
      return number >= 1 && number <= 24 ? number : undefined
  }
}

const PINO = [1, 5, 9, 13, 17, 21]
const APPLICATION_INSIGHTS = [1, 9, 13, 17, 21]
const PYTHON = [5, 9, 13, 17, 21]
