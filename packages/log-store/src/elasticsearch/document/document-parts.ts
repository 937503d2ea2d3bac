import type { TermArea } from '@heartwood/query-lang'

/** What columns add to one document, as pieces of JSON text. */
export class DocumentParts {
  #values = { attributes: '', resource: '' }
  #types = { attributes: '', resource: '' }
  #more = { attributes: '', resource: '' }
  #num = ''
  #text = ''
  #keys = ''
  #terms = ''
  #prose: Map<string, string> | undefined
  #inexact = false
  #ungrouped = false

  /** @param keyJson the key, @param valueJson the value, as JSON */
  addValue(area: TermArea, keyJson: string, valueJson: string): void {
    this.#values[area] += `,${keyJson}:${valueJson}`
  }

  /** Says that a value of `addValue` stands for something else. */
  addType(area: TermArea, keyJson: string, type: ValueType): void {
    this.#types[area] += `,${keyJson}:"${type}"`
  }

  /** A value that cannot be a field, exactly as JSON. */
  addMore(area: TermArea, keyJson: string, valueJson: string): void {
    this.#more[area] += `,${keyJson}:${valueJson}`
    this.#ungrouped = true
  }

  addNumber(keyJson: string, number: string): void {
    this.#num += `,${keyJson}:${number}`
  }

  addText(textJson: string): void {
    this.#text += `,${textJson}`
  }

  addProse(keyJson: string, textJson: string): void {
    this.#prose ??= new Map()
    const before = this.#prose.get(keyJson)
    this.#prose.set(keyJson, before === undefined ? textJson : `${before},${textJson}`)
  }

  addKey(termJson: string): void {
    this.#keys += `,${termJson}`
  }

  addTerm(termJson: string): void {
    this.#terms += `,${termJson}`
  }

  markInexact(): void {
    this.#inexact = true
  }

  markUngrouped(): void {
    this.#ungrouped = true
  }

  /** The members of the document, each with a comma before it. */
  finish(): string {
    let members = ''
    if (this.#values.attributes !== '') members += `,"attributes":{${this.#values.attributes.slice(1)}}`
    if (this.#values.resource !== '') members += `,"resource":{${this.#values.resource.slice(1)}}`
    const types = byArea(this.#types)
    if (types !== '') members += `,"value_types":{${types}}`
    const more = byArea(this.#more)
    if (more !== '') members += `,"more":${JSON.stringify(`{${more}}`)}`
    if (this.#num !== '') members += `,"num":{${this.#num.slice(1)}}`
    if (this.#prose !== undefined) {
      const prose = [...this.#prose].map(([keyJson, texts]) => `${keyJson}:[${texts}]`)
      members += `,"prose":{${prose.join(',')}}`
    }
    if (this.#text !== '') members += `,"text":[${this.#text.slice(1)}]`
    if (this.#keys !== '') members += `,"keys":[${this.#keys.slice(1)}]`
    if (this.#terms !== '') members += `,"terms":[${this.#terms.slice(1)}]`
    if (this.#inexact) members += ',"inexact":true'
    if (this.#ungrouped || this.#inexact) members += ',"ungrouped":true'
    return members
  }
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
