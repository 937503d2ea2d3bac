import { format } from 'date-fns'

/** The time of a row in the reader's zone, to the millisecond; with the day where the range is longer than one. */
export function rowTime(iso: string, withDay: boolean): string {
  const millis = Date.parse(iso)
  if (Number.isNaN(millis)) return iso
  return format(millis, withDay ? 'MM-dd HH:mm:ss.SSS' : 'HH:mm:ss.SSS')
}

/** UTC with all digits, for the tooltip. */
export function utcTitle(iso: string): string {
  return `${iso.replace('T', ' ').replace(/Z$/, '')} UTC`
}
