import { parseDuration } from '@heartwood/query-lang'

/** A time as the command line takes it: a length before now (`1h`), or whatever the API takes. */
export function timeInput(text: string): string {
  return parseDuration(text) === undefined ? text : `now-${text.trim()}`
}
