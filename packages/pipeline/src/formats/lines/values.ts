import { severityOfSyslog, severityOfWord } from '@heartwood/event'

/** Level words as the usual libraries print them, for patterns. */
export const LEVEL =
  'TRACE|VERBOSE|FINEST|FINER|FINE|CONFIG|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|ERR|SEVERE|CRITICAL|CRIT|ALERT|FATAL|PANIC|EMERG|EMERGENCY'

/**
 * Not a logger, for patterns, at the place of its name: what stands there in front of a colon or a dash belongs to the message
 * (`ERROR java.io.IOException: closed`, `WARN Timeout - trying again`).
 */
export const NO_FAILURE =
  '(?!(?:[\\w.$]{0,200}(?:Exception|Error|Throwable|Failure)|[Ee]rror|[Ff]ailed|[Ff]ailure|[Tt]imeout|[Ww]arning|[Nn]ote|[Rr]eason)(?::| -) )'

const KNOWN = new Map<string, number | undefined>()
const KNOWN_LIMIT = 1_000

/** The severity of a level word that a pattern matched. */
export function severityOf(word: string | undefined): number | undefined {
  if (word === undefined) return undefined
  if (KNOWN.has(word)) return KNOWN.get(word)
  const severity = severityOfWord(word)
  if (KNOWN.size < KNOWN_LIMIT) KNOWN.set(word, severity)
  return severity
}

/** The severity in a syslog priority. */
export function severityOfPriority(priority: number | undefined): number | undefined {
  return priority === undefined ? undefined : severityOfSyslog(priority & 7)
}

/** Digits as a number, exact. */
export function whole(digits: string | undefined): number | bigint | undefined {
  if (digits === undefined || digits === '' || digits === '-') return undefined
  return digits.length <= 15 ? Number(digits) : BigInt(digits)
}

/** The text, where it says something: logs write `-` for nothing. */
export function said(text: string | undefined): string | undefined {
  return text === undefined || text === '' || text === '-' ? undefined : text
}

/** Nanoseconds of a decimal number of seconds, milliseconds... */
export function nanosOf(decimal: string | undefined, unit: 's' | 'ms' | 'us' | 'ns'): number | undefined {
  if (decimal === undefined) return undefined
  const nanos = Math.round(Number(decimal) * NANOS[unit])
  return nanos >= 0 && nanos <= Number.MAX_SAFE_INTEGER ? nanos : undefined
}

const NANOS = { s: 1e9, ms: 1e6, us: 1e3, ns: 1 } as const
