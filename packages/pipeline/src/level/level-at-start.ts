import { severityOfSyslog } from '@heartwood/event'
import { SURE_PATTERN, severityOfSureWord } from './words.ts'

/** How far into a line its level is looked for, UTF-16. */
const HEAD = 256

const PRIORITY = /^\s{0,8}<(\d{1,3})>/
const GLOG = /^([IWEF])\d{4} \d{2}:\d{2}:\d{2}\.\d/
const GLOG_WORD: Readonly<Record<string, string>> = { I: 'info', W: 'warn', E: 'error', F: 'fatal' }
/** `level=error`, `"level": "error"`, `severity: WARN`, with a sure word only: `water level: f` is none. */
const NAMED = new RegExp(
  `(?:^|[\\s,{(|"'\\[])(?:log[._-]?)?(?:level|lvl|severity)["']?\\s?[=:]\\s?["'\\[]?(${SURE_PATTERN})(?![A-Za-z0-9_])`,
  'i',
)
/** `[error]`, `[core:error]`, `[main/INFO]`, `(warn)`. */
const BRACKETED = new RegExp(`[[(](?:[\\w.#-]{1,64}[:/|] ?)?(${SURE_PATTERN})[\\])]`, 'i')
const CAPITALS = new RegExp(`(?<![A-Za-z0-9_.:/-])(${SURE_PATTERN.toUpperCase()})(?![A-Za-z0-9_])`)
/** The first word and a colon: `error: no such file`, `WARNING:root:x`. */
const FIRST_WITH_COLON = new RegExp(`^\\s{0,8}["']?(${SURE_PATTERN})["']?\\s?:`, 'i')
/** Laravel and Monolog: `production.ERROR: `. */
const CHANNEL = new RegExp(`\\s[\\w-]{1,64}\\.(${SURE_PATTERN.toUpperCase()}):`)
/** PostgreSQL writes `LOG:` and friends after its time and process. */
const POSTGRES = /^[^:]{0,64}(?:\[\d+\][^:]{0,64})?\b(LOG|STATEMENT|DETAIL|HINT|CONTEXT): {1,2}/

/** After a time, a level stands among the first words: host, process, thread and logger come before it. */
const FIRST_WORDS = /^(?:\s*\S+){0,7}/

/**
 * The severity that a line says near its start, or undefined where it does not say one for sure.
 * @param end where the time at the start of the line ends, 0 where it has none
 */
export function severityAtStart(line: string, end: number): number | undefined {
  const priority = Number(PRIORITY.exec(line)?.[1] ?? -1)
  if (priority >= 0 && priority <= 191) return severityOfSyslog(priority & 7)
  const glog = end > 0 ? GLOG.exec(line)?.[1] : undefined
  if (glog !== undefined) return severityOfSureWord(GLOG_WORD[glog] ?? '')

  const before = line.slice(0, end)
  const head = line.slice(end, end + HEAD)
  const found =
    FIRST_WITH_COLON.exec(line.slice(0, HEAD)) ??
    (end > 0 ? (CAPITALS.exec(before) ?? BRACKETED.exec(before)) : null) ??
    NAMED.exec(head) ??
    inFirstWords(head, end > 0) ??
    (end > 0 ? CHANNEL.exec(head) : null)
  if (found !== null) return severityOfSureWord(found[1] ?? '')
  if (end > 0 && POSTGRES.test(head)) return 9
  return undefined
}

/** A word in capitals or brackets: among the first words after a time, or the first of a line (or behind brackets). */
function inFirstWords(head: string, afterTime: boolean): RegExpExecArray | null {
  const first = afterTime ? (FIRST_WORDS.exec(head)?.[0] ?? '') : leadingBrackets(head)
  const capitals = CAPITALS.exec(first)
  const bracketed = BRACKETED.exec(first)
  if (capitals === null || bracketed === null) return capitals ?? bracketed
  return bracketed.index <= capitals.index ? bracketed : capitals
}

/** `[main] [x=1] ERROR` of `[main] [x=1] ERROR here`: groups in brackets and the one word behind them. */
function leadingBrackets(text: string): string {
  return /^\s{0,8}(?:\[[^\][]{0,64}\]\s{0,4}){0,6}[\w-]{0,16}(?=[\s:|\]\-,]|$)/.exec(text)?.[0] ?? ''
}
