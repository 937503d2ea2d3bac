import type { ReadTime } from '../../time/calendar.ts'
import { readIsoAt, readMonthAt, readShapeAt } from '../../time/time-at.ts'
import type { Line, LineStart } from './line.ts'

/** Looks at how a line begins, and reads the time there; undefined where no format begins so. */
export function lineOf(head: string): Line | undefined {
  const first = head.charCodeAt(0)
  if (first === LESS) return behindPriority(head)
  return lineAt(head, 0, undefined)
}

const PRIORITY = /<(\d{1,3})>/y

function behindPriority(head: string): Line | undefined {
  PRIORITY.lastIndex = 0
  const match = PRIORITY.exec(head)
  const priority = Number(match?.[1] ?? 999)
  if (match === null || priority > 191) return undefined
  const at = match[0].length
  if (head.startsWith('1 ', at)) return { head, start: 'syslog_5424', time: undefined, at: at + 2, priority }
  return lineAt(head, at, priority)
}

function lineAt(head: string, at: number, priority: number | undefined): Line | undefined {
  const start = startAt(head, at)
  switch (start) {
    case undefined:
      return undefined
    case 'iso':
    case 'slashed':
    case 'month':
    case 'month_with_year':
    case 'day_month':
    case 'bracketed': {
      const found = timedAt(head, start === 'bracketed' ? at + 1 : at)
      // Nobody knows whose time it is that cannot be read.
      if (found === undefined) return undefined
      return {
        head,
        start: start === 'bracketed' ? start : found.start,
        time: found.time,
        at: found.end,
        priority,
      }
    }
    default:
      return { head, start, time: undefined, at, priority }
  }
}

interface Timed {
  readonly start: LineStart
  readonly time: ReadTime | undefined
  readonly end: number
}

/** The time at a place of the line. */
function timedAt(head: string, at: number): Timed | undefined {
  if (isDigit(head.charCodeAt(at))) {
    const iso = readIsoAt(head, at)
    if (iso !== undefined) return { start: head.charCodeAt(at + 4) === SLASH ? 'slashed' : 'iso', ...iso }
    const day = readShapeAt('day_month', head, at)
    return day && { start: 'day_month', ...day }
  }
  // `Wed 2024-05-01 10:11:12 CEST`, as systemd prints it.
  if (
    isDigit(head.charCodeAt(at + 4)) &&
    isDigit(head.charCodeAt(at + 7)) &&
    WEEKDAYS.has(head.slice(at, at + 4))
  ) {
    const iso = readIsoAt(head, at + 4)
    return iso && { start: 'iso', ...iso }
  }
  const quick = readMonthAt(head, at)
  if (quick !== undefined) return { start: 'month', ...quick }
  const dated = readShapeAt('ctime', head, at) ?? readShapeAt('month_with_year', head, at)
  if (dated !== undefined) return { start: 'month_with_year', ...dated }
  const month = readShapeAt('month', head, at)
  return month && { start: 'month', ...month }
}

function startAt(head: string, at: number): LineStart | undefined {
  const first = head.charCodeAt(at)
  if (isDigit(first)) return numberStart(head, at)
  if (first === BRACKET) return isTimeStart(head, at + 1) ? 'bracketed' : 'bracket'
  if (isUpper(first)) {
    if (isTimeStart(head, at)) return 'month'
    return GLOG_LETTERS.includes(head.charAt(at)) &&
      isDigit(head.charCodeAt(at + 1)) &&
      isDigit(head.charCodeAt(at + 4))
      ? 'glog'
      : 'word'
  }
  if ((first >= LOWER_A && first <= LOWER_Z) || first === SLASH) return 'word'
  if (first === DASH || first === HASH || first === COLON) return 'sign'
  return undefined
}

function numberStart(head: string, at: number): LineStart {
  switch (digitsAt(head, at)) {
    case 4: {
      const mark = head.charCodeAt(at + 4)
      return (mark === DASH || mark === SLASH || mark === DOT) && isDigit(head.charCodeAt(at + 5))
        ? 'iso'
        : 'number'
    }
    case 6:
      return head.charCodeAt(at + 6) === SPACE ? 'six_digits' : 'number'
    case 1:
    case 2:
      return pairStart(head, at)
    default:
      return 'number'
  }
}

/** What begins with one or two digits. */
function pairStart(head: string, at: number): LineStart {
  const second = digitsAt(head, at)
  const mark = head.charCodeAt(at + second)
  const next = at + second + 1
  if ((mark === DASH || mark === SPACE) && MONTHS.has(head.slice(next, next + 3))) return 'day_month'
  if (second !== 2 || !isDigit(head.charCodeAt(next)) || !isDigit(head.charCodeAt(next + 1))) return 'number'
  const after = head.charCodeAt(next + 2)
  if (mark === DASH && after === SPACE) return 'month_day'
  if (mark === SLASH && after === SLASH) return 'short_date'
  return mark === COLON && after === COLON ? 'clock' : 'number'
}

/** Whether a year, a day or the name of a month or day of the week stands here. */
function isTimeStart(head: string, at: number): boolean {
  if (isDigit(head.charCodeAt(at))) {
    const digits = digitsAt(head, at)
    const mark = head.charCodeAt(at + digits)
    if (digits === 4) return mark === DASH || mark === SLASH
    return (
      digits <= 2 &&
      (mark === DASH || mark === SPACE || mark === SLASH) &&
      isUpper(head.charCodeAt(at + digits + 1))
    )
  }
  if (head.charCodeAt(at + 3) !== SPACE) return false
  const word = head.slice(at, at + 3)
  return MONTHS.has(word) || WEEKDAYS.has(`${word} `)
}

/** How many digits follow each other, seven at most. */
function digitsAt(head: string, at: number): number {
  let count = 0
  while (count < 7 && isDigit(head.charCodeAt(at + count))) count++
  return count
}

function isDigit(unit: number): boolean {
  return unit >= 0x30 && unit <= 0x39
}

function isUpper(unit: number): boolean {
  return unit >= 0x41 && unit <= 0x5a
}

const MONTHS: ReadonlySet<string> = new Set('Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' '))
const WEEKDAYS: ReadonlySet<string> = new Set(
  'Mon Tue Wed Thu Fri Sat Sun'.split(' ').map((day) => `${day} `),
)
const GLOG_LETTERS = 'IWEF'
const SPACE = 0x20
const HASH = 0x23
const DASH = 0x2d
const DOT = 0x2e
const SLASH = 0x2f
const COLON = 0x3a
const LESS = 0x3c
const BRACKET = 0x5b
const LOWER_A = 0x61
const LOWER_Z = 0x7a
