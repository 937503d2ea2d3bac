import {
  type BooleanColumn,
  type Column,
  type ColumnSet,
  type DoubleColumn,
  type EventBatch,
  type Int64Column,
  type StringColumn,
  TEXT_FIELDS,
  type TextField,
  type TypedColumns,
} from '@heartwood/event'
import type { TermField } from '@heartwood/query-lang'
import { type ColumnPairs, canHoldText } from '../idx/letter-pairs.ts'
import type { PlannedSegment } from '../idx/planned-segment.ts'
import {
  type Field,
  type FieldCatalog,
  FREE_TEXT_COLUMNS,
  OWN_FIELD_IDS,
  TEXT_FIELD_IDS,
} from '../manifest/field-catalog.ts'
import type { FieldArea } from '../manifest/manifest-format.ts'
import type { GroupReader } from './row-reader.ts'
import { onlyPagesWith } from './some-pages.ts'
import {
  type UnpackedChunk,
  wholeBooleans,
  wholeBytes,
  wholeDoubles,
  wholeInt64s,
  wholeTexts,
} from './whole-columns.ts'

/** What a batch is read from. */
type Columns = Pick<GroupReader, 'rows' | 'times' | 'chunk' | 'decoding'>

/**
 * The rows of a row group as a batch. Of each column only what is asked for is read, and decoded once: a test of the batch
 * that does not look at a column does not pay for it.
 */
export class GroupBatch implements EventBatch {
  readonly #open: Columns
  readonly #planned: PlannedSegment
  readonly #catalog: FieldCatalog
  readonly #fields: readonly Field[]
  readonly #own: ReadonlySet<number>
  readonly #pairs: ColumnPairs | undefined
  readonly #chunks = new Map<number, UnpackedChunk | undefined>()
  /** Columns of which only the pages of some rows were read. */
  readonly #narrowed = new Set<number>()
  readonly #texts = new Map<number, StringColumn>()
  readonly #int64s = new Map<number, Int64Column>()
  readonly #doubles = new Map<number, DoubleColumn>()
  readonly #booleans = new Map<number, BooleanColumn>()
  readonly #bytes = new Map<number, Uint8Array>()
  readonly text: ReadonlyMap<TextField, StringColumn>
  readonly attributes: ColumnSet
  readonly resource: ColumnSet

  constructor(open: Columns, planned: PlannedSegment, catalog: FieldCatalog) {
    const { fields, pairs } = planned
    this.#open = open
    this.#planned = planned
    this.#catalog = catalog
    this.#pairs = pairs
    this.#own = new Set(fields)
    this.#fields = fields.flatMap((id) => catalog.byId(id) ?? [])
    this.text = new Map(
      TEXT_FIELDS.filter((name) => this.#own.has(TEXT_FIELD_IDS[name])).map((name) => [
        name,
        lazyTexts('string', () => this.texts(TEXT_FIELD_IDS[name])),
      ]),
    )
    this.attributes = this.#set('attributes')
    this.resource = this.#set('resource')
  }

  get length(): number {
    return this.#open.rows
  }

  get id(): StringColumn {
    return this.texts(OWN_FIELD_IDS.id)
  }

  get timestamp(): BigInt64Array {
    return this.#open.times().exact
  }

  get observed_at(): BigInt64Array {
    return this.int64s(OWN_FIELD_IDS.observed_at).values
  }

  get severity_number(): Uint8Array {
    return this.#lowBytes(OWN_FIELD_IDS.severity_number)
  }

  get flags(): Uint8Array {
    return this.#lowBytes(OWN_FIELD_IDS.flags)
  }

  get weight(): Float64Array {
    return this.doubles(OWN_FIELD_IDS.weight).values
  }

  texts(id: number): StringColumn {
    return once(this.#texts, id, () => this.#decoded(id, wholeTexts))
  }

  int64s(id: number): Int64Column {
    return once(this.#int64s, id, () => this.#decoded(id, wholeInt64s))
  }

  doubles(id: number): DoubleColumn {
    return once(this.#doubles, id, () => this.#decoded(id, wholeDoubles))
  }

  booleans(id: number): BooleanColumn {
    return once(this.#booleans, id, () => this.#decoded(id, wholeBooleans))
  }

  /** The column of a field as it lies in the file; undefined where no row has it. */
  chunk(id: number): UnpackedChunk | undefined {
    return once(this.#chunks, id, () => this.#open.chunk(id))
  }

  /**
   * The same rows, of which only some (rising) are asked for: pages without any of them are neither unpacked nor decoded, and
   * look as if no row had a value.
   */
  onlyRows(rows: Uint32Array): GroupBatch {
    const { rows: length, times, decoding } = this.#open
    const chunk = (id: number) => {
      const whole = this.#chunks.get(id)
      if (whole !== undefined) return onlyPagesWith(whole, rows)
      this.#narrowed.add(id)
      return this.#open.chunk(id, rows)
    }
    return new GroupBatch({ rows: length, times, decoding, chunk }, this.#planned, this.#catalog)
  }

  /** The field ids of what has been read, the time among it. */
  columnsRead(): number[] {
    return [...new Set([OWN_FIELD_IDS.timestamp, ...this.#chunks.keys(), ...this.#narrowed])]
  }

  /**
   * The field ids of the columns in which a folded text of a field can stand, or of free text: as it is, and inside of JSON.
   */
  columnsWith(
    text: string,
    field: TermField | undefined,
  ): { readonly plain: number[]; readonly json: number[] } {
    const rest = this.#own.has(TEXT_FIELD_IDS.rest) ? [TEXT_FIELD_IDS.rest] : []
    if (field?.area === 'own') {
      const id = field.key === 'id' ? OWN_FIELD_IDS.id : ownTextId(field.key)
      return { plain: id === undefined ? [] : [id], json: [] }
    }
    const area = field?.area ?? 'attributes'
    const ofType = (type: Field['type']) =>
      this.#fields
        .filter(
          (one) => one.type === type && one.area === area && (field === undefined || one.key === field.key),
        )
        .map(({ id }) => id)
    const own =
      field === undefined ? [...FREE_TEXT_COLUMNS.map((name) => TEXT_FIELD_IDS[name]), OWN_FIELD_IDS.id] : []
    const plain = [...own, ...ofType('string')]
    return {
      // Of other areas no pairs are told.
      plain: area === 'attributes' ? plain.filter((id) => canHoldText(this.#pairs, id, text)) : plain,
      json: [...ofType('array'), ...rest],
    }
  }

  #lowBytes(id: number): Uint8Array {
    return once(this.#bytes, id, () => this.#decoded(id, wholeBytes))
  }

  #decoded<Decoded>(id: number, decode: (chunk: UnpackedChunk) => Decoded): Decoded {
    const chunk = this.chunk(id) ?? { rows: this.length, dictionary: undefined, pages: [] }
    return this.#open.decoding(() => decode(chunk))
  }

  #set(area: FieldArea): ColumnSet {
    const set = new Map<string, TypedColumns>()
    for (const field of this.#fields) {
      if (field.area === area) set.set(field.key, { ...set.get(field.key), [field.type]: this.#lazy(field) })
    }
    return set
  }

  #lazy({ id, type }: Field): Column {
    switch (type) {
      case 'string':
      case 'array':
        return lazyTexts(type, () => this.texts(id))
      case 'int64':
        return lazyNumbers(type, () => this.int64s(id))
      case 'double':
        return lazyNumbers(type, () => this.doubles(id))
      case 'boolean': {
        const column = () => this.booleans(id)
        return {
          type,
          get values() {
            return column().values
          },
        }
      }
    }
  }
}

function lazyTexts<Type extends 'string' | 'array'>(type: Type, column: () => StringColumn) {
  return {
    type,
    get codes() {
      return column().codes
    },
    get values() {
      return column().values
    },
  }
}

function lazyNumbers<Type extends 'int64' | 'double', Values>(
  type: Type,
  column: () => { readonly present: Uint8Array; readonly values: Values },
) {
  return {
    type,
    get present() {
      return column().present
    },
    get values() {
      return column().values
    },
  }
}

/** The field id of a text field of the event itself. */
export function ownTextId(name: string): number | undefined {
  const field = TEXT_FIELDS.find((one) => one === name)
  return field && TEXT_FIELD_IDS[field]
}

function once<Key, Value>(made: Map<Key, Value>, key: Key, make: () => Value): Value {
  const before = made.get(key)
  if (before !== undefined) return before
  const value = make()
  made.set(key, value)
  return value
}
