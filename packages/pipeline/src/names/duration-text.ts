const GO = /^(?:\d{1,15}(?:\.\d{1,15})?(?:ns|us|µs|μs|ms|h|m|s))+$/
const GO_PART = /(\d+(?:\.\d+)?)(ns|us|µs|μs|ms|h|m|s)/g
/** ISO 8601, as far as it is a time of day: PT1M3.5S. */
const ISO = /^PT(?=\d)(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9}(?:\.\d{1,9})?)S)?$/
/** .NET's TimeSpan and Python's timedelta: 00:00:01.2345678. */
const CLOCK = /^(\d{1,2}):(\d{2}):(\d{2}(?:\.\d{1,9})?)$/

const NANOS: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  μs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
}

/** 104 days: what takes longer is no duration of an event, and below it a double has whole nanoseconds. */
export const MOST_NANOS = 2 ** 53

/**
 * Nanoseconds of a duration that says its unit, as Go (`1m3.5s`, `35ms`, `12 ms`), ISO 8601 (`PT3.5S`) and .NET (`00:00:03.5`) write
 * it; undefined for any other text and for more than 104 days.
 */
export function nanosOfDuration(text: string): number | undefined {
  if (text.length > 40) return undefined
  const nanos = goNanos(text.replace(' ', '')) ?? clockNanos(ISO.exec(text)) ?? clockNanos(CLOCK.exec(text))
  return nanos === undefined || nanos >= MOST_NANOS ? undefined : Math.round(nanos)
}

function goNanos(text: string): number | undefined {
  if (!GO.test(text)) return undefined
  let nanos = 0
  for (const [, number, unit = ''] of text.matchAll(GO_PART)) nanos += Number(number) * (NANOS[unit] ?? 0)
  return nanos
}

function clockNanos(match: RegExpExecArray | null): number | undefined {
  if (match === null) return undefined
  const [, hours = 0, minutes = 0, seconds = 0] = match
  return (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1e9
}
