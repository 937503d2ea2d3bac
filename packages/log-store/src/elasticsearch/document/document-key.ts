import { attributeKind } from '@heartwood/event'
import {
  type KeyType,
  keyTerm,
  MAX_KEY,
  type TermArea,
  type TermType,
  termPrefix,
} from '@heartwood/query-lang'

/** Dotted names of letters, digits and what is usual in names: others are no names of fields, or might not be for long. */
const FIELD_NAME = /^[\p{L}\p{N}_@$:/-]+(?:\.[\p{L}\p{N}_@$:/-]+)*$/u
const MAX_FIELD_NAME = 200

/** A key of an attribute or a resource value, as documents have it: made once for all rows. */
export class DocumentKey {
  readonly area: TermArea
  readonly json: string
  /** Whether it can be a key of a flattened field. */
  readonly canBeField: boolean
  /** Whether terms can be made of it. */
  readonly canBeTerm: boolean
  /** Whether it can be a field in `num`. */
  readonly canBeNumber: boolean
  readonly isProse: boolean
  readonly #key: string
  readonly #prefixes = new Map<TermType, string>()

  constructor(area: TermArea, key: string) {
    this.area = area
    this.#key = key.toWellFormed()
    this.json = JSON.stringify(this.#key)
    this.canBeTerm = this.#key.length <= MAX_KEY && !this.#key.includes('\u0000')
    this.canBeField = this.canBeTerm && this.#key !== ''
    this.canBeNumber =
      area === 'attributes' && this.#key.length <= MAX_FIELD_NAME && FIELD_NAME.test(this.#key)
    this.isProse = area === 'attributes' && attributeKind(this.#key) === 'text'
  }

  /** The term in `keys`, as JSON. */
  keyJson(type: KeyType): string {
    return JSON.stringify(keyTerm(this.area, type, this.#key))
  }

  /** A term in `terms`, as JSON. @param valueJson the value as a JSON string */
  termJson(type: TermType, valueJson: string): string {
    let prefix = this.#prefixes.get(type)
    if (prefix === undefined) {
      prefix = JSON.stringify(termPrefix(this.area, type, this.#key)).slice(0, -1)
      this.#prefixes.set(type, prefix)
    }
    return prefix + valueJson.slice(1)
  }
}
