import { type Level, levelOfSeverity, nanosFromMillis, severityOfWord } from '@heartwood/event'

/** What is known of a line. */
export interface Truth {
  /** Milliseconds since 1970, UTC; of the year 1972 where the line has no year. */
  readonly millis: number | undefined
  readonly hasYear: boolean
  readonly level: Level | undefined
}

/**
 * Reads the truth about the lines of a file: a table with a header, in which the columns Date and Time, or Month, Date (or Day) and
 * Time, say when, and Level says the level where it holds level words (in some tables it holds the host).
 */
export function truthOf(csv: string): Truth[] {
  const [header = [], ...rows] = parseCsv(csv)
  const at = (row: readonly string[], name: string) => row[header.indexOf(name)]
  const levels = rows.map((row) => at(row, 'Level'))
  const known = levels.map((word) => (word === undefined ? undefined : severityOfWord(word)))
  const isLevel = known.every((severity) => severity !== undefined)
  return rows.map((row, index) => {
    const severity = isLevel ? known[index] : undefined
    return {
      ...timeOf(at(row, 'Month'), at(row, 'Date'), at(row, 'Day'), at(row, 'Time') ?? ''),
      level: severity === undefined ? undefined : levelOfSeverity(severity),
    }
  })
}

/** A table says on which day and at what time of day; which of the known ways, its cells tell. */
function timeOf(
  month: string | undefined,
  date: string | undefined,
  day: string | undefined,
  time: string,
): Pick<Truth, 'millis' | 'hasYear'> {
  if (/^\d{10}$/.test(time)) return { millis: Number(time) * 1000, hasYear: true }
  const whole = /^[A-Z][a-z]{2} ([A-Z][a-z]{2}) (\d\d) (\d\d:\d\d:\d\d) (\d{4})$/.exec(time)
  if (whole !== null)
    return { millis: Date.parse(`${whole[1]} ${whole[2]} ${whole[4]} ${whole[3]} UTC`), hasYear: true }
  const clock = time.replace(',', '.').replace(/^(\d\d)(\d\d)(\d\d)$/, '$1:$2:$3')
  if (/^[A-Z][a-z]{2}$/.test(date ?? '')) return timeOf(date, day, undefined, time)
  if (month !== undefined) return { millis: Date.parse(`${month} ${date} 1972 ${clock} UTC`), hasYear: false }
  const short = /^(\d\d)\/?(\d\d)\/?(\d\d)$/.exec(date ?? '')
  if (short !== null)
    return { millis: Date.parse(`20${short[1]}-${short[2]}-${short[3]}T${clock}Z`), hasYear: true }
  if (/^\d\d-\d\d$/.test(date ?? '')) return { millis: Date.parse(`1972-${date}T${clock}Z`), hasYear: false }
  const millis = Date.parse(`${date}T${clock}Z`)
  return { millis: Number.isNaN(millis) ? undefined : millis, hasYear: true }
}

/** Whether an event happened when the truth says; a line without a year says so in every year. */
export function isThen({ millis, hasYear }: Truth, timestamp: bigint): boolean {
  if (millis === undefined) return false
  if (hasYear) return timestamp === nanosFromMillis(millis)
  const said = new Date(millis)
  const found = new Date(Number(timestamp / 1_000_000n))
  return (
    said.getUTCMonth() === found.getUTCMonth() &&
    said.getUTCDate() === found.getUTCDate() &&
    said.getTime() % DAY === found.getTime() % DAY
  )
}

const DAY = 86_400_000

/** RFC 4180: quoted cells may hold commas, line ends and doubled quotes. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = []
  let row: string[] = []
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/y
  while (cell.lastIndex < text.length) {
    const match = cell.exec(text)
    if (match === null) throw new Error(`the table of the truth breaks off in row ${rows.length + 1}`)
    row.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? '')
    if (match[3] === ',') continue
    rows.push(row)
    row = []
  }
  return rows
}
