import type { TermArea } from '@heartwood/query-lang'
import { JsonBytes, type Piece, pieceOf } from './json-bytes.ts'

const ATTRIBUTES = pieceOf(',"attributes":{')
const RESOURCE = pieceOf(',"resource":{')
const NUM = pieceOf(',"num":{')
const TEXT = pieceOf(',"text":[')
const KEYS = pieceOf(',"keys":[')
const TERMS = pieceOf(',"terms":[')
const INEXACT = pieceOf(',"inexact":true')
const UNGROUPED = pieceOf(',"ungrouped":true')
const [OBJECT_END, ARRAY_END] = [pieceOf('}'), pieceOf(']')]

/**
 * What columns add to one document, as JSON text; one serves for all documents of a batch, one after the other. Each member
 * or element that is added has a comma before it.
 */
export class DocumentParts {
  readonly attributes = new JsonBytes()
  readonly resource = new JsonBytes()
  readonly num = new JsonBytes()
  readonly text = new JsonBytes()
  readonly keys = new JsonBytes()
  readonly terms = new JsonBytes()
  #types = { attributes: '', resource: '' }
  #more = { attributes: '', resource: '' }
  /** Whether one of the two above has something. */
  #isUncommon = false
  #prose: Map<string, string> | undefined
  #inexact = false
  #ungrouped = false

  /** @param keyJson the key, @param valueJson the value, as JSON */
  addValue(area: TermArea, keyJson: string, valueJson: string): void {
    this[area].text(`,${keyJson}:${valueJson}`)
  }

  /** Says that a value of `addValue` stands for something else. */
  addType(area: TermArea, keyJson: string, type: ValueType): void {
    this.#isUncommon = true
    this.#types[area] += `,${keyJson}:"${type}"`
  }

  /** A value that cannot be a field, exactly as JSON. */
  addMore(area: TermArea, keyJson: string, valueJson: string): void {
    this.#isUncommon = true
    this.#more[area] += `,${keyJson}:${valueJson}`
    this.#ungrouped = true
  }

  addNumber(keyJson: string, number: string): void {
    this.num.text(`,${keyJson}:${number}`)
  }

  addText(textJson: string): void {
    this.text.text(`,${textJson}`)
  }

  addProse(keyJson: string, textJson: string): void {
    this.#prose ??= new Map()
    const before = this.#prose.get(keyJson)
    this.#prose.set(keyJson, before === undefined ? textJson : `${before},${textJson}`)
  }

  addKey(termJson: string): void {
    this.keys.text(`,${termJson}`)
  }

  addTerm(termJson: string): void {
    this.terms.text(`,${termJson}`)
  }

  markInexact(): void {
    this.#inexact = true
  }

  markUngrouped(): void {
    this.#ungrouped = true
  }

  /** Writes the members of the document, each with a comma before it. The next document begins without them. */
  finish(into: JsonBytes): void {
    flush(this.attributes, ATTRIBUTES, OBJECT_END, into)
    flush(this.resource, RESOURCE, OBJECT_END, into)
    if (this.#isUncommon) into.text(this.#uncommon())
    flush(this.num, NUM, OBJECT_END, into)
    if (this.#prose !== undefined) into.text(proseOf(this.#prose))
    flush(this.text, TEXT, ARRAY_END, into)
    flush(this.keys, KEYS, ARRAY_END, into)
    flush(this.terms, TERMS, ARRAY_END, into)
    if (this.#inexact) into.piece(INEXACT)
    if (this.#ungrouped || this.#inexact) into.piece(UNGROUPED)
    this.#prose = undefined
    this.#inexact = false
    this.#ungrouped = false
  }

  #uncommon(): string {
    let members = ''
    const types = byArea(this.#types)
    if (types !== '') members += `,"value_types":{${types}}`
    const more = byArea(this.#more)
    if (more !== '') members += `,"more":${JSON.stringify(`{${more}}`)}`
    this.#types = { attributes: '', resource: '' }
    this.#more = { attributes: '', resource: '' }
    this.#isUncommon = false
    return members
  }
}

/** Writes what was added, without its first comma, between its brackets; nothing where nothing was. */
function flush(added: JsonBytes, start: Piece, end: Piece, into: JsonBytes): void {
  if (added.end === 0) return
  into.piece(start)
  into.partOf(added, 1, added.end)
  into.piece(end)
  added.clear()
}

function proseOf(prose: ReadonlyMap<string, string>): string {
  const members = [...prose].map(([keyJson, texts]) => `${keyJson}:[${texts}]`)
  return `,"prose":{${members.join(',')}}`
}

/** What a value in `attributes` or `resource` stands for, where it is not the value itself. */
export const VALUE_TYPES = ['array', 'int64', 'rest'] as const
export type ValueType = (typeof VALUE_TYPES)[number]

function byArea({ attributes, resource }: { attributes: string; resource: string }): string {
  return [
    ...(attributes === '' ? [] : [`"attributes":{${attributes.slice(1)}}`]),
    ...(resource === '' ? [] : [`"resource":{${resource.slice(1)}}`]),
  ].join(',')
}
