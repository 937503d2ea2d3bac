import { severityOfWord } from '@heartwood/event'
import { uncoloured } from '../uncoloured.ts'

/** Go's slog writes levels between its own as a distance, DEBUG-4, WARN+1: its steps are those of OpenTelemetry. */
const DISTANCE = /^(DEBUG|INFO|WARN|ERROR)([+-]\d{1,2})$/

/** The severity of a value under a level's name: a level word in any dress (`[WARN]`, ` error `, coloured), or undefined. */
export function severityOfValue(value: string): number | undefined {
  if (value.length > 64) return undefined
  const bare = uncoloured(value)?.text ?? value
  const severity = severityOfWord(bare) ?? severityOfWord(bare.replace(/^[^A-Za-z]+|[^A-Za-z0-9]+$/g, ''))
  if (severity === undefined) return betweenLevels(bare)
  return severity === 0 ? undefined : severity
}

function betweenLevels(word: string): number | undefined {
  const match = DISTANCE.exec(word)
  if (match === null) return undefined
  const severity = (severityOfWord(match[1] ?? '') ?? 0) + Number(match[2])
  return Math.min(24, Math.max(1, severity))
}

/**
 * Words that mean a level beyond doubt even in the middle of a line, when they stand in capitals or brackets. Words
 * that are also plain English in that dress (OK, SUCCESS, FAILED, DEFAULT, ALL) are left out.
 */
export const SURE_WORDS = [
  'trace',
  'trc',
  'verbose',
  'finest',
  'finer',
  'fine',
  'debug',
  'dbg',
  'info',
  'information',
  'inf',
  'notice',
  'warn',
  'warning',
  'wrn',
  'error',
  'err',
  'severe',
  'critical',
  'crit',
  'alert',
  'panic',
  'fatal',
  'ftl',
  'emerg',
  'emergency',
] as const
const SURE: ReadonlySet<string> = new Set(SURE_WORDS)

export function severityOfSureWord(word: string): number | undefined {
  const lower = word.toLowerCase()
  return SURE.has(lower) ? severityOfWord(lower) : undefined
}

/** The sure words as a pattern, longest first. */
export const SURE_PATTERN: string = [...SURE_WORDS].sort((a, b) => b.length - a.length).join('|')

/** Datadog's `status` and the like: only what cannot be the outcome of a request or a job. */
const STATUS: ReadonlySet<string> = new Set([
  'debug',
  'info',
  'notice',
  'warn',
  'warning',
  'error',
  'critical',
  'alert',
  'emergency',
  'emerg',
])

export function severityOfStatus(value: string): number | undefined {
  const lower = value.toLowerCase()
  return STATUS.has(lower) ? severityOfWord(lower) : undefined
}
