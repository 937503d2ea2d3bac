import type { ExportFormat } from '@heartwood/api'

/** More than a store holds: an export has no end of its own. */
const NO_LIMIT = 1_000_000_000

/** The address of an export, with the columns of the list or all fields. */
export function exportHref(
  search: {
    readonly query: string
    readonly from: string
    readonly to: string
    readonly order: 'newest' | 'oldest'
    readonly columns: readonly string[]
  },
  format: ExportFormat,
  allFields: boolean,
): string {
  const parameters = new URLSearchParams({
    format,
    query: search.query === '' ? '*' : search.query,
    from_time: search.from,
    to_time: search.to,
    order: search.order,
    limit: String(NO_LIMIT),
    // A comma within a name has a backslash before it.
    ...(!allFields && { columns: search.columns.map((name) => name.replace(/[\\,]/g, '\\$&')).join(',') }),
  })
  return `/api/v1/export?${parameters}`
}
