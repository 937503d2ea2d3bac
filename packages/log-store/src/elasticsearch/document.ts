import {
  type EventBatch,
  levelOfSeverity,
  millisFromNanos,
  type StringColumn,
  TEXT_FIELDS,
  type TextField,
} from '@heartwood/event'
import { RAW_TERM } from '@heartwood/query-lang'
import { columnWriters } from './document/column-writers.ts'
import { DocumentParts } from './document/document-parts.ts'
import { restWriter } from './document/rest-writer.ts'
import { isCutWord, isLongTerm, isSplitText } from './document/text-limits.ts'

/**
 * An event as a document: `_source` is the event, and whatever is searched besides (mapping.ts). What a JSON number or an
 * index cannot hold is said beside it:
 * - `timestamp`, `observed_at`: nanoseconds as text. `@timestamp` is the millisecond, for other tools and histograms.
 * - `attributes`, `resource`: each value as the one text or number that counts by value group on (`fieldText` of
 *   query-lang); `value_types` names those that were something else: an array as its JSON text, an integer beyond 2^53
 *   as its digits, and what is of `rest` and stands here to be grouped by.
 * - `more`: attributes under keys that no field can have, as JSON text.
 * - `num`: numbers as doubles, for statistics. `prose`: attributes that are compared by word. `text`: the strings that a
 *   bare word is looked for in. `keys`, `terms`: document-terms.ts of query-lang.
 * - `inexact`: an index lacks something of the event, so only the event itself says whether a query matches.
 *   `ungrouped`: a value is not in `attributes` or `resource` as it should be grouped.
 */
export function documentEncoder(batch: EventBatch): (row: number) => string {
  const own = TEXT_FIELDS.flatMap((name) => {
    const column = batch.text.get(name)
    return column === undefined ? [] : [ownWriter(name, column)]
  })
  const id = ownWriter('id', batch.id)
  const columns = columnWriters(batch)
  const rest = restWriter(batch)
  const parts = new DocumentParts()
  return (row) => {
    const severity = batch.severity_number[row] ?? 0
    const timestamp = batch.timestamp[row] ?? 0n
    let head =
      `{"@timestamp":${millisFromNanos(timestamp)},"timestamp":"${timestamp}",` +
      `"observed_at":"${batch.observed_at[row] ?? 0n}","level":"${levelOfSeverity(severity)}",` +
      `"severity_number":${severity},"weight":${batch.weight[row] ?? 1},"flags":${batch.flags[row] ?? 0}`
    head += id(row, parts)
    for (const write of own) head += write(row, parts)
    for (const write of columns) write(row, parts)
    rest?.(row, parts)
    return `${head}${parts.finish()}}`
  }
}

type OwnText = 'id' | TextField

type OwnWriter = (row: number, parts: DocumentParts) => string

/** Writes `,"name":"value"` of a row, or nothing. */
function ownWriter(name: OwnText, { codes, values }: StringColumn): OwnWriter {
  const mark = marksOf(name)
  const start = `,"${name}":`
  return (row, parts) => {
    const code = codes[row] ?? 0
    if (code === 0) return ''
    const value = values.at(code)
    if (value === '') return ''
    mark(value, parts)
    return start + JSON.stringify(value)
  }
}

/** What an own field's value says of its event besides itself. */
function marksOf(name: OwnText): (value: string, parts: DocumentParts) => void {
  switch (name) {
    case 'message':
      return (value, parts) => {
        if (isSplitText(value) || isCutWord(value)) parts.markInexact()
      }
    case 'raw':
      return (_value, parts) => parts.addKey(JSON.stringify(RAW_TERM))
    case 'rest':
      return () => {}
    default:
      return (value, parts) => {
        if (isSplitText(value) || isLongTerm(value)) parts.markInexact()
      }
  }
}
