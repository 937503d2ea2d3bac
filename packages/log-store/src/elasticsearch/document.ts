import {
  type EventBatch,
  levelOfSeverity,
  type StringColumn,
  TEXT_FIELDS,
  type TextField,
} from '@heartwood/event'
import { RAW_TERM } from '@heartwood/query-lang'
import { columnWriters } from './document/column-writers.ts'
import { DocumentParts } from './document/document-parts.ts'
import { type JsonBytes, type Piece, pieceOf } from './document/json-bytes.ts'
import { JsonTexts } from './document/json-texts.ts'
import { restWriter } from './document/rest-writer.ts'
import { isCutWord, isLongTerm, isSplitText } from './document/text-limits.ts'
import { timesWriter } from './document/times-writer.ts'

/**
 * An event as a document, written as the bytes of its JSON: `_source` is the event, and whatever is searched besides (mapping.ts). What a JSON number or an
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
export function documentEncoder(batch: EventBatch): (row: number, into: JsonBytes) => void {
  const times = timesWriter(batch)
  const marks = marksWriter(batch)
  const own = TEXT_FIELDS.flatMap((name) => {
    const column = batch.text.get(name)
    return column === undefined ? [] : [ownWriter(name, column)]
  })
  const id = ownWriter('id', batch.id)
  const columns = columnWriters(batch)
  const rest = restWriter(batch)
  const parts = new DocumentParts()
  return (row, into) => {
    times(row, into)
    marks(row, into)
    id(row, into, parts)
    for (const write of own) write(row, into, parts)
    for (const write of columns) write(row, parts)
    rest?.(row, parts)
    parts.finish(into)
    into.piece(END)
  }
}

const END = pieceOf('}')

/** Writes level, severity, weight and flags, of which there are few. */
function marksWriter({ severity_number, weight, flags }: EventBatch): (row: number, into: JsonBytes) => void {
  const known = new Map<number, Piece>()
  const marksOf = (severity: number, weight: number, flags: number): Piece =>
    pieceOf(
      `,"level":"${levelOfSeverity(severity)}","severity_number":${severity},"weight":${weight},"flags":${flags}`,
    )
  return (row, into) => {
    const [severity, itsWeight, itsFlags] = [severity_number[row] ?? 0, weight[row] ?? 1, flags[row] ?? 0]
    const which = (severity << 8) | itsFlags
    const piece = (itsWeight === 1 && known.get(which)) || marksOf(severity, itsWeight, itsFlags)
    if (itsWeight === 1) known.set(which, piece)
    into.piece(piece)
  }
}

type OwnText = 'id' | TextField

/** Writes `,"name":"value"` of a row, or nothing. */
type OwnWriter = (row: number, into: JsonBytes, parts: DocumentParts) => void

function ownWriter(name: OwnText, { codes, values }: StringColumn): OwnWriter {
  const texts = new JsonTexts(values)
  const member = pieceOf(`,"${name}":`)
  return (row, into, parts) => {
    const code = codes[row] ?? 0
    if (code === 0 || texts.length(code) === 0) return
    if (name === 'raw') parts.keys.piece(RAW_KEY)
    if (texts.isOdd(code)) markOdd(name, texts.text(code), parts)
    into.piece(member)
    texts.write(code, into)
  }
}

const RAW_KEY = pieceOf(`,${JSON.stringify(RAW_TERM)}`)

/** Says of an event what an own field's value means for the indices. */
function markOdd(name: OwnText, value: string, parts: DocumentParts): void {
  switch (name) {
    case 'rest':
    case 'raw':
      return
    case 'message':
      if (isSplitText(value) || isCutWord(value)) parts.markInexact()
      return
    default:
      if (isSplitText(value) || isLongTerm(value)) parts.markInexact()
  }
}
