import type { ArrayColumn, Column, EventBatch, StringColumn, TextField } from '@heartwood/event'
import { type TermField, words } from '@heartwood/query-lang'
import type { PlannedColumn } from '../append/column-plan.ts'
import { FREE_TEXT_COLUMNS, OWN_FIELD_IDS, TEXT_FIELD_IDS } from '../manifest/field-catalog.ts'
import { type ColumnPairs, newPairs, packedPairs } from './letter-pairs.ts'
import { quotientFilter } from './quotient-filter.ts'
import {
  numberTerm,
  REST_TERM,
  unlistedTerm,
  valueTerm,
  valueTerms,
  withBytes,
  wordTerm,
} from './term-hash.ts'
import { TermList } from './term-list.ts'
import { usedCodes } from './used-codes.ts'
import { addWords } from './word-scanner.ts'

/** Text fields that are asked for by their whole value. */
const KEYWORDS = [
  'hostname',
  'namespace',
  'pod',
  'environment',
  'source',
] as const satisfies readonly TextField[]

/** A field with more values than one in so many rows is not told value by value: its words say nearly as much. */
const ROWS_PER_LISTED_VALUE = 64
const MIN_LISTED_VALUES = 64

export interface GroupTerms {
  /**
   * The filter of all that requiredTerms of query-lang may ask: the words of free text, values of fields that have few.
   * Undefined where there is too much for a filter of use.
   */
  readonly filter: Uint8Array | undefined
  /** Of each column of free text. */
  readonly pairs: ColumnPairs
}

/**
 * What the rows from `from` to `to` may be found by. `columns` are the attributes and resource values as they are stored,
 * `rest` of the batch what has no column.
 */
export function rowGroupTerms(
  batch: EventBatch,
  columns: readonly PlannedColumn[],
  from: number,
  to: number,
): GroupTerms {
  const group = new RowGroupTerms(from, to)
  group.addIds(OWN_FIELD_IDS.id, batch.id)
  for (const field of FREE_TEXT_COLUMNS) group.addWordsOf(TEXT_FIELD_IDS[field], batch.text.get(field))
  for (const field of KEYWORDS) group.addValuesOf({ area: 'own', key: field }, batch.text.get(field))
  // All of them, however many: nothing else is asked for as often.
  group.addValuesOf({ area: 'own', key: 'service' }, batch.text.get('service'), Number.POSITIVE_INFINITY)
  group.addRest(batch.text.get('rest'))
  for (const { id, area, key, values } of columns) {
    if (area === 'attributes' && values.type === 'string') group.addWordsOf(id, values)
    if (area === 'attributes' && values.type === 'array') group.addWordsOfJson(values)
    group.addField({ area, key }, values)
  }
  return { filter: group.filter(), pairs: group.pairs }
}

class RowGroupTerms {
  readonly #from: number
  readonly #to: number
  readonly #terms: TermList
  readonly #mostListed: number
  readonly pairs = new Map<number, Uint8Array | undefined>()

  constructor(from: number, to: number) {
    this.#from = from
    this.#to = to
    this.#terms = new TermList((to - from) * 8)
    this.#mostListed = Math.max(MIN_LISTED_VALUES, (to - from) / ROWS_PER_LISTED_VALUE)
  }

  filter(): Uint8Array | undefined {
    const terms = this.#terms.distinct()
    return this.#terms.overflown ? undefined : quotientFilter(terms)
  }

  addWordsOf(id: number, column: StringColumn | undefined): void {
    if (column === undefined) return
    const pairs = this.#newPairs()
    const used = usedCodes(column, this.#from, this.#to)
    const { bytes, starts, lengths } = column.values.utf8()
    for (let code = 1; code < used.length; code++) {
      if (used[code] === 0) continue
      const start = starts[code] ?? 0
      addWords(this.#terms, bytes, start, start + (lengths[code] ?? 0), pairs)
    }
    this.pairs.set(id, packedPairs(pairs))
  }

  /** As `addWordsOf`. Most ids are the one before with another number at the end, so that only the end is looked at. */
  addIds(id: number, column: StringColumn): void {
    const pairs = this.#newPairs()
    const used = usedCodes(column, this.#from, this.#to)
    const { bytes, starts, lengths } = column.values.utf8()
    let head = 0
    let headEnd = 0
    for (let code = 1; code < used.length; code++) {
      if (used[code] === 0) continue
      const start = starts[code] ?? 0
      const end = start + (lengths[code] ?? 0)
      if (isSame(bytes, head, headEnd, start, end)) {
        addWords(this.#terms, bytes, start + headEnd - head, end, pairs)
        continue
      }
      addWords(this.#terms, bytes, start, end, pairs)
      head = start
      headEnd = bytes.lastIndexOf(HYPHEN, end - 1) + 1
      if (headEnd < head) headEnd = head
    }
    this.pairs.set(id, packedPairs(pairs))
  }

  /** Words in the strings of JSON; those of its keys and numbers come along and do no harm. */
  addWordsOfJson(column: ArrayColumn | StringColumn): void {
    const used = usedCodes(column, this.#from, this.#to)
    const { bytes, starts, lengths } = column.values.utf8()
    for (let code = 1; code < used.length; code++) {
      if (used[code] === 0) continue
      const start = starts[code] ?? 0
      const end = start + (lengths[code] ?? 0)
      if (!bytes.subarray(start, end).includes(BACKSLASH)) addWords(this.#terms, bytes, start, end)
      else for (const word of words(unescaped(column.values.at(code)))) this.#terms.add(wordTerm(word))
    }
  }

  #newPairs(): Uint8Array {
    this.#terms.forgetRecent()
    return newPairs()
  }

  addRest(column: StringColumn | undefined): void {
    if (column === undefined || !this.#hasValue(column.codes)) return
    this.#terms.add(REST_TERM)
    this.addWordsOfJson(column)
  }

  addField(field: TermField, column: Column): void {
    switch (column.type) {
      case 'string':
        this.addValuesOf(field, column)
        break
      case 'array':
        if (this.#hasValue(column.codes)) this.#addArray(field)
        break
      case 'int64':
      case 'double':
        if (this.#hasValue(column.present)) this.#terms.add(numberTerm(field))
        break
      case 'boolean':
        if (this.#has(column.values, 1)) this.#terms.add(valueTerm(field, 'boolean', 'false'))
        if (this.#has(column.values, 2)) this.#terms.add(valueTerm(field, 'boolean', 'true'))
    }
  }

  /** Whole values, or that they are not told. */
  addValuesOf(field: TermField, column: StringColumn | undefined, most = this.#mostListed): void {
    if (column === undefined) return
    const used = usedCodes(column, this.#from, this.#to)
    let count = 0
    for (let code = 1; code < used.length; code++) count += used[code] ?? 0
    if (count > most) {
      this.#terms.add(unlistedTerm(field))
      return
    }
    const { bytes, starts, lengths } = column.values.utf8()
    const term = valueTerms(field, 'string')
    for (let code = 1; code < used.length; code++) {
      if (used[code] === 0) continue
      const start = starts[code] ?? 0
      this.#terms.add(withBytes(term, bytes, start, start + (lengths[code] ?? 0)))
    }
  }

  /** Arrays are not looked into. */
  #addArray(field: TermField): void {
    this.#terms.add(unlistedTerm(field))
    this.#terms.add(numberTerm(field))
    for (const value of ['true', 'false']) this.#terms.add(valueTerm(field, 'boolean', value))
  }

  #hasValue(marks: Uint32Array | Uint8Array): boolean {
    for (let row = this.#from; row < this.#to; row++) if (marks[row] !== 0) return true
    return false
  }

  #has(marks: Uint8Array, mark: number): boolean {
    const at = marks.indexOf(mark, this.#from)
    return at !== -1 && at < this.#to
  }
}

const HYPHEN = 0x2d
const BACKSLASH = 0x5c

/** Whether what lies between `from` and `to` of some bytes stands at the start of another piece of them, and not empty. */
function isSame(bytes: Uint8Array, from: number, to: number, start: number, end: number): boolean {
  const length = to - from
  if (length === 0 || end - start < length) return false
  // The last bytes differ most often.
  for (let i = length - 1; i >= 0; i--) if (bytes[from + i] !== bytes[start + i]) return false
  return true
}

/** JSON text with its escapes taken back: its strings as they are, still between quotes, which are part of no word. */
function unescaped(json: string): string {
  return json.replace(
    /\\(?:u([0-9a-fA-F]{4})|(.))/g,
    (_escape, hex: string | undefined, letter: string = '') =>
      hex === undefined ? (CONTROLS[letter] ?? letter) : String.fromCharCode(Number.parseInt(hex, 16)),
  )
}

const CONTROLS: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' }
