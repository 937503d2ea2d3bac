import { tzOffset } from '@date-fns/tz'

/** What a clock on the wall of a time zone shows. Months count from 1, weekdays from 0 for Sunday. */
export interface WallTime {
  readonly year: number
  readonly month: number
  readonly day: number
  readonly hour: number
  readonly minute: number
  readonly second: number
  readonly milli: number
  readonly weekday: number
}

const MINUTE = 60_000
/** Zones change their offset on the quarter hour at most. */
const QUARTER = 15 * MINUTE
/** Offsets that are remembered; a page of rows needs one, a year's chart some hundred. */
const MAX_REMEMBERED = 2_000

const remembered = new Map<string, number>()

/** Whether a name is a time zone that this machine knows: `UTC`, `Europe/Berlin`, `+05:30`. */
export function isTimeZone(name: string): boolean {
  return name !== '' && !Number.isNaN(tzOffset(name, new Date(0)))
}

/** Milliseconds that a zone's clocks are ahead of UTC at a moment; 0 for an unknown zone, see isTimeZone. */
export function zoneOffset(millis: number, zone: string): number {
  if (zone === 'UTC') return 0
  const quarter = Math.floor(millis / QUARTER)
  const key = `${quarter} ${zone}`
  const known = remembered.get(key)
  if (known !== undefined) return known
  const minutes = tzOffset(zone, new Date(quarter * QUARTER))
  const offset = Number.isNaN(minutes) ? 0 : Math.round(minutes * MINUTE)
  if (remembered.size >= MAX_REMEMBERED) remembered.clear()
  remembered.set(key, offset)
  return offset
}

/** What the zone's clocks show at a moment, epoch milliseconds. */
export function wallTime(millis: number, zone: string): WallTime {
  const shifted = new Date(millis + zoneOffset(millis, zone))
  return {
    year: shifted.getUTCFullYear(),
    month: shifted.getUTCMonth() + 1,
    day: shifted.getUTCDate(),
    hour: shifted.getUTCHours(),
    minute: shifted.getUTCMinutes(),
    second: shifted.getUTCSeconds(),
    milli: shifted.getUTCMilliseconds(),
    weekday: shifted.getUTCDay(),
  }
}

/**
 * The moment at which the zone's clocks show a time, epoch milliseconds. `utcMillis` is that time as if it were UTC's. Where
 * clocks go back and show it twice it is the first; where they go forward and skip it, the moment as long after the change.
 */
export function momentOfWall(utcMillis: number, zone: string): number {
  const before = zoneOffset(utcMillis - 24 * 60 * MINUTE, zone)
  const after = zoneOffset(utcMillis + 24 * 60 * MINUTE, zone)
  const candidates = [utcMillis - Math.max(before, after), utcMillis - Math.min(before, after)]
  const shown = candidates.find((moment) => moment + zoneOffset(moment, zone) === utcMillis)
  return shown ?? utcMillis - before
}
