import { type ColumnType, MAX_NANOS, MIN_NANOS } from '@heartwood/event'
import type { DuckDbColumn, DuckDbColumns, DuckDbOwnColumn } from '@heartwood/query-lang'
import type { TimeRange } from '../../port.ts'
import type { RowReader } from '../fetch/row-reader.ts'
import { readEach, type SegmentFiles, type SegmentRange } from '../files/segment-files.ts'
import { canHoldText } from '../idx/letter-pairs.ts'
import { candidateGroups, type PlannedSegment, type RowSpan } from '../idx/planned-segment.ts'
import { type Field, type FieldCatalog, OWN_FIELD_IDS, TEXT_FIELD_IDS } from '../manifest/field-catalog.ts'
import { groupsIn, type ReadTally } from './read-tally.ts'
import { sqlText } from './sql-text.ts'

const SQL_TYPES: Readonly<Record<ColumnType, string>> = {
  string: 'VARCHAR',
  array: 'VARCHAR',
  int64: 'BIGINT',
  double: 'DOUBLE',
  boolean: 'BOOLEAN',
}

/** Spans of rows that are read on their own; each is a part of the statement, which takes time to plan. */
const MAX_SPANS = 64

export const TIME = 'c2'
export const ID = 'c1'

/**
 * Segments as a table of DuckDB. Columns are found by their permanent field id and named `c<id>`; a file that lacks
 * one gives NULL. Only the columns that were asked for are bound.
 */
export class SegmentSource implements DuckDbColumns {
  readonly #segmentFiles: SegmentFiles
  readonly #segments: readonly PlannedSegment[]
  /** Attribute and resource fields that some of the segments have. */
  readonly #fields: readonly Field[]
  readonly #own: ReadonlySet<number>
  readonly #bound = new Map<number, string>()

  constructor(segmentFiles: SegmentFiles, segments: readonly PlannedSegment[], catalog: FieldCatalog) {
    this.#segmentFiles = segmentFiles
    this.#segments = segments
    this.#own = new Set(segments.flatMap(({ fields }) => fields))
    this.#fields = [...this.#own].flatMap((id) => catalog.byId(id) ?? [])
  }

  own(field: DuckDbOwnColumn, held: readonly string[] = []): string | undefined {
    switch (field) {
      case '@timestamp':
        return this.#bind(OWN_FIELD_IDS.timestamp, 'int64')
      case 'id':
        return this.#canHold(OWN_FIELD_IDS.id, held) ? this.#bind(OWN_FIELD_IDS.id, 'string') : undefined
      case 'observed_at':
      case 'severity_number':
        return this.#bind(OWN_FIELD_IDS[field], 'int64')
      case 'weight':
        return this.#bind(OWN_FIELD_IDS.weight, 'double')
      default:
        return this.#own.has(TEXT_FIELD_IDS[field]) && this.#canHold(TEXT_FIELD_IDS[field], held)
          ? this.#bind(TEXT_FIELD_IDS[field], 'string')
          : undefined
    }
  }

  attribute(key: string): DuckDbColumn[] {
    return this.#columns((field) => field.area === 'attributes' && field.key === key)
  }

  resource(key: string): DuckDbColumn[] {
    return this.#columns((field) => field.area === 'resource' && field.key === key)
  }

  searchableAttributes(held: readonly string[] = []): DuckDbColumn[] {
    return this.#columns(
      ({ id, area, type }) =>
        area === 'attributes' && (type === 'array' || (type === 'string' && this.#canHold(id, held))),
    )
  }

  /** Whether a value of the column can hold all of some folded texts, in any case. */
  #canHold(id: number, held: readonly string[]): boolean {
    if (held.length === 0) return true
    return this.#segments.some(({ pairs }) => held.every((text) => canHoldText(pairs, id, text)))
  }

  /** What stands behind FROM; take it after every column has been asked for. `filename` and `file_row_number` come along. */
  from(): string {
    const { whole, cut } = this.#byParts()
    // DuckDB passes over the row groups outside a BETWEEN, but not outside several joined by OR.
    const parts = cut.map(({ segment, span: { from, to } }) => {
      const rows = `file_row_number BETWEEN ${from} AND ${to - 1}`
      return `SELECT * FROM ${this.#files([segment])} WHERE ${rows}`
    })
    if (parts.length === 0) return this.#files(whole)
    if (whole.length > 0) parts.push(`SELECT * FROM ${this.#files(whole)}`)
    return `(${parts.join(' UNION ALL ')})`
  }

  /** Segments that are looked through from end to end, and spans of rows of the others. */
  #byParts() {
    const whole: PlannedSegment[] = []
    const cut: { readonly segment: PlannedSegment; readonly span: RowSpan }[] = []
    for (const segment of this.#segments) {
      const { spans } = segment
      if (spans === undefined || cut.length + spans.length > MAX_SPANS) whole.push(segment)
      else cut.push(...spans.map((span) => ({ segment, span })))
    }
    return { whole, cut }
  }

  #files(segments: readonly PlannedSegment[]): string {
    const files = segments.map((segment) => sqlText(this.#segmentFiles.path(segment)))
    const columns = [...this.#bound].map(
      ([id, type]) => `${id}: {name: 'c${id}', type: '${type}', default_value: NULL}`,
    )
    return (
      `read_parquet([${files.join(', ')}], filename = true, file_row_number = true, ` +
      `schema = MAP {${columns.join(', ')}})`
    )
  }

  /** The field ids of the columns that were asked for. */
  boundFields(): number[] {
    return [...this.#bound.keys()]
  }

  /** Adds what a question about a range looks at; take it after every column has been asked for. */
  count(tally: ReadTally, reader: RowReader, range: TimeRange): void {
    const fields = this.boundFields()
    const groups = readEach(this.#segments, (segment) => reader.groups(segment))
    for (const [index, segment] of this.#segments.entries())
      tally.add(segment, groupsIn(candidateGroups(segment, groups[index] ?? []), range), fields)
  }

  /**
   * Where DuckDB reads for a statement about a range; take it after every column has been asked for. Row groups outside the
   * range it passes over by their bounds, and by what `from` says those without candidates.
   */
  ranges(reader: RowReader, range: TimeRange): SegmentRange[] {
    const fields = this.boundFields()
    const { whole } = this.#byParts()
    return readEach(this.#segments, (segment) => {
      const groups = reader.groups(segment)
      const read = whole.includes(segment) ? groups : candidateGroups(segment, groups)
      return reader.ranges(segment, groupsIn(read, range), fields)
    }).flat()
  }

  /** A condition on the time; binds its column. */
  within(range: TimeRange): string {
    const time = this.#bind(OWN_FIELD_IDS.timestamp, 'int64')
    const conditions = []
    if (range.from > MIN_NANOS) conditions.push(`${time} >= ${range.from}`)
    if (range.to <= MAX_NANOS) conditions.push(`${time} < ${range.to}`)
    return conditions.length === 0 ? 'true' : conditions.join(' AND ')
  }

  #columns(wanted: (field: Field) => boolean): DuckDbColumn[] {
    return this.#fields.filter(wanted).map(({ id, type }) => ({ name: this.#bind(id, type), type }))
  }

  #bind(id: number, type: ColumnType): string {
    this.#bound.set(id, SQL_TYPES[type])
    return `c${id}`
  }
}
