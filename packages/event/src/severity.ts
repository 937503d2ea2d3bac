/** The levels of a Heartwood event, in rising order; `unknown` stands outside the order. */
export const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'unknown'] as const
export type Level = (typeof LEVELS)[number]

/** OpenTelemetry severity numbers: 0 unset, 1-4 trace, 5-8 debug, 9-12 info, 13-16 warn, 17-20 error, 21-24 fatal. */
export type SeverityNumber = number

const FIRST: Record<Level, SeverityNumber> = {
  unknown: 0,
  trace: 1,
  debug: 5,
  info: 9,
  warn: 13,
  error: 17,
  fatal: 21,
}

/** The lowest severity number of a level; `level>=warn` means `severity_number >= severityOfLevel('warn')`. */
export function severityOfLevel(level: Level): SeverityNumber {
  return FIRST[level]
}

/** The level of an OpenTelemetry severity number; anything outside 1-24 is unknown. */
export function levelOfSeverity(severity: SeverityNumber): Level {
  if (!(severity >= 1 && severity <= 24)) return 'unknown'
  return LEVELS[Math.floor((severity - 1) / 4)] ?? 'unknown'
}

/**
 * Level words of the usual libraries with their OpenTelemetry severity, lower case.
 * Sources: OpenTelemetry logs data model appendix B (syslog, log4j, zap, .NET, java.util.logging), npm levels of winston.
 */
const WORDS: Readonly<Record<string, SeverityNumber>> = {
  trace: 1,
  finest: 1,
  silly: 1,
  verbose: 1,
  vrb: 1,
  trc: 1,
  t: 1,
  v: 1,
  all: 1,
  finer: 3,
  debug: 5,
  dbg: 5,
  dbug: 5,
  d: 5,
  fine: 6,
  config: 7,
  debug1: 5,
  debug2: 5,
  debug3: 5,
  debug4: 5,
  debug5: 5,
  http: 8,
  info: 9,
  information: 9,
  informational: 9,
  inf: 9,
  i: 9,
  ok: 9,
  success: 9,
  log: 9,
  statement: 9,
  detail: 9,
  default: 9,
  normal: 9,
  notice: 10,
  note: 10,
  n: 10,
  warn: 13,
  warning: 13,
  wrn: 13,
  w: 13,
  error: 17,
  err: 17,
  eror: 17,
  e: 17,
  severe: 17,
  failure: 17,
  failed: 17,
  critical: 18,
  crit: 18,
  c: 18,
  dpanic: 18,
  alert: 19,
  a: 19,
  panic: 19,
  fatal: 21,
  ftl: 21,
  f: 21,
  emergency: 21,
  emerg: 21,
  off: 0,
}

/** The severity of a level word in any case and with stray spaces or brackets, or undefined where the word is none. */
export function severityOfWord(word: string): SeverityNumber | undefined {
  const key = word
    .trim()
    .replace(/^\[|\]$/g, '')
    .toLowerCase()
  return Object.hasOwn(WORDS, key) ? WORDS[key] : undefined
}

const SYSLOG: readonly SeverityNumber[] = [21, 19, 18, 17, 13, 10, 9, 5]

/** Syslog severity 0 (emergency) to 7 (debug), RFC 5424 table 2, as OpenTelemetry maps it. */
export function severityOfSyslog(code: number): SeverityNumber | undefined {
  return SYSLOG[code]
}

export function isLevel(text: string): text is Level {
  return (LEVELS as readonly string[]).includes(text)
}
