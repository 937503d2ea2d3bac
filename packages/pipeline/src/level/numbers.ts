import { severityOfSyslog } from '@heartwood/event'

/**
 * Numeric levels mean different things to different libraries; the rest of the event tells which.
 * - `pino`: pino and bunyan, 10 trace, 20 debug ... 60 fatal, custom levels between them.
 * - `python`: logging's levelno, 10 debug ... 50 critical.
 * - `syslog`: 0 emergency ... 7 debug (also GELF, journald).
 * - `otel`: severity_number itself, 1 to 24.
 */
export type Scale = 'pino' | 'python' | 'syslog' | 'otel'

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
    case 'otel':
      return number >= 1 && number <= 24 ? number : undefined
  }
}

const PINO = [1, 5, 9, 13, 17, 21]
const PYTHON = [5, 9, 13, 17, 21]
