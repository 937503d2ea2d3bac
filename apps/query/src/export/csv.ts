import type { LogEvent } from '@heartwood/event'
import { type ExportValue, exportValue } from './export-columns.ts'

/** Comma-separated values (RFC 4180): a header, then a record a log. */
export async function* csv(
  pages: AsyncIterable<readonly LogEvent[]>,
  columns: readonly string[],
): AsyncGenerator<Buffer> {
  // A name that needs no apostrophe.
  yield Buffer.from(record(columns.map((name) => (name === '@timestamp' ? 'timestamp' : name))))
  for await (const events of pages) {
    const records = events.map((event) => record(columns.map((name) => exportValue(event, name))))
    if (records.length > 0) yield Buffer.from(records.join(''))
  }
}

export function record(values: readonly ExportValue[]): string {
  return `${values.map(cell).join(',')}\r\n`
}

/**
 * Text that a spreadsheet would run as a formula stands behind an apostrophe, which it takes for the mark of a text
 * (https://owasp.org/www-community/attacks/CSV_Injection); numbers are numbers, also negative ones.
 */
function cell(value: ExportValue): string {
  if (value === undefined) return ''
  if (typeof value !== 'string') return String(value)
  const text = /^[=+\-@\t\r\n]/.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
