import type { AttributeValue } from '@heartwood/event'
import type { ReadTime } from '../../time/calendar.ts'

/** How a line begins, told from its first bytes: only formats that begin so are tried. */
export const LINE_STARTS = [
  /** 2024-05-01 10:11:12.123 +0200, with a T, without zone or fraction; also behind a syslog priority or a weekday. */
  'iso',
  /** 2024/05/01 10:11:12 */
  'slashed',
  /** May  1 10:11:12, as syslog has it; also behind a priority. */
  'month',
  /** May 01, 2024 10:11:12 AM; May 1 2024 10:11:12 */
  'month_with_year',
  /** 01-May-2024 10:11:12, 01 May 2024 10:11:12 */
  'day_month',
  /** A bracket and any time: [2024-05-01 10:11:12, [Wed May 01 10:11:12 2024, [01-May-2024 10:11:12 */
  'bracketed',
  /** <34>1 and RFC 5424. */
  'syslog_5424',
  /** Times that only their format can read are not read beforehand: 17/06/09, 081109 203615, 03-17 16:13:38, 10:11:12 */
  'short_date',
  'six_digits',
  'month_day',
  'clock',
  /** I0501 10:11:12 */
  'glog',
  /** Any other digit, letter, bracket, sign. */
  'number',
  'word',
  'bracket',
  'sign',
] as const
export type LineStart = (typeof LINE_STARTS)[number]

export interface Line {
  /** The first 4 KiB, one unit a byte, so that places in it are places in the UTF-8. */
  readonly head: string
  readonly start: LineStart
  /** The time that the start has, where it has one. */
  readonly time: ReadTime | undefined
  /** Where the format's pattern begins: behind the time, and the priority. */
  readonly at: number
  /** The number of `<34>`. */
  readonly priority: number | undefined
}

/** What a format found in front of the message. */
export interface Fields {
  readonly severity?: number | undefined
  /** Where the format reads the time itself. */
  readonly time?: ReadTime | undefined
  readonly attributes?: Readonly<Record<string, AttributeValue | undefined>>
}

/**
 * A way to begin a line of text. To add one: a file beside this that exports a LineFormat, its example lines in
 * `examples/`, and its entry in index.ts; the examples are run by a test and shown in docs/formats.md.
 */
export interface LineFormat {
  readonly name: string
  /** How docs/formats.md calls it. */
  readonly title: string
  readonly starts: readonly LineStart[]
  /** A text without which no line is of this format: the pattern is not tried then. */
  readonly has?: string
  /**
   * What stands between `line.at` and the message, sticky. A line is of this format only if it matches, so it must be sure:
   * anchored, with closed alternatives and bounded repetitions. What belongs to the message as well is looked ahead at.
   */
  readonly pattern: RegExp
  /**
   * What the message may be: a `line` of any format again, `text` with JSON, pairs (logfmt) or a level in it, `level_known` the same
   * but for the level, or `opaque`: nothing is looked for in it.
   */
  readonly inside: 'line' | 'text' | 'level_known' | 'opaque'
  /** What the match says; undefined where the line is not of this format after all. */
  fields(match: RegExpExecArray, line: Line): Fields | undefined
}
