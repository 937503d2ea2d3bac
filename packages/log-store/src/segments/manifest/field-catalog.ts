import type { ColumnType, TextField } from '@heartwood/event'
import { FREE_TEXT_FIELDS } from '@heartwood/query-lang'
import type { FieldArea, FieldEntry } from './manifest-format.ts'

/** Field ids of the event's own columns, fixed for ever. Attributes and resource start at FIRST_FIELD_ID. */
export const OWN_FIELD_IDS = {
  id: 1,
  timestamp: 2,
  observed_at: 3,
  severity_number: 4,
  weight: 5,
  flags: 6,
} as const

export const TEXT_FIELD_IDS: Readonly<Record<TextField, number>> = {
  service: 10,
  hostname: 11,
  namespace: 12,
  pod: 13,
  environment: 14,
  message: 15,
  trace_id: 16,
  span_id: 17,
  request_id: 18,
  source: 19,
  raw: 20,
  rest: 21,
}

/** The text columns of the event itself that a bare word looks into; the one of the id is one more. */
export const FREE_TEXT_COLUMNS = FREE_TEXT_FIELDS.filter((name) => name !== 'id')

export const FIRST_FIELD_ID = 100
/** Columns the catalog gives out; the values of further keys go to `rest`. */
export const MAX_FIELDS = 2000
/** Longer keys get no column. */
export const MAX_KEY_LENGTH = 1024

export interface Field {
  readonly id: number
  readonly area: FieldArea
  readonly key: string
  readonly type: ColumnType
  /** Name of the column in the files. */
  readonly column: string
}

/** (area, key, type) -> permanent field id. Ids are never given twice, names never clash. */
export class FieldCatalog {
  readonly #byId = new Map<number, Field>()
  readonly #byKey = new Map<string, Field>()
  readonly #names = new Set<string>()

  constructor(entries: readonly FieldEntry[]) {
    this.add(entries)
  }

  add(entries: readonly FieldEntry[]): void {
    for (const [id, area, key, type] of entries) {
      const field = { id, area, key, type, column: this.#columnName(id, area, key, type) }
      this.#byId.set(id, field)
      this.#byKey.set(fieldKey(area, key, type), field)
    }
  }

  get size(): number {
    return this.#byId.size
  }

  get nextId(): number {
    return FIRST_FIELD_ID + this.#byId.size
  }

  byId(id: number): Field | undefined {
    return this.#byId.get(id)
  }

  find(area: FieldArea, key: string, type: ColumnType): Field | undefined {
    return this.#byKey.get(fieldKey(area, key, type))
  }

  fields(): IterableIterator<Field> {
    return this.#byId.values()
  }

  entries(): FieldEntry[] {
    return [...this.#byId.values()].map(({ id, area, key, type }) => [id, area, key, type])
  }

  /**
   * Readable, and distinct in any case: DuckDB takes `userId` and `userid` for the same column without a word.
   * Follows from the order of the entries alone, so it needs no place in the manifest.
   */
  #columnName(id: number, area: FieldArea, key: string, type: ColumnType): string {
    const plain = `${area}.${key}:${type}`
    const name = this.#names.has(plain.toLowerCase()) ? `${plain}#${id}` : plain
    this.#names.add(name.toLowerCase())
    return name
  }
}

function fieldKey(area: FieldArea, key: string, type: ColumnType): string {
  return `${area}\0${type}\0${key}`
}
