import type { TermArea } from '@heartwood/query-lang'

/** What columns add to one document, as pieces of JSON text; one serves for all documents of a batch, one after the other. */
export class DocumentParts {
  #attributes = ''
  #resource = ''
  #types = { attributes: '', resource: '' }
  #more = { attributes: '', resource: '' }
  /** Whether one of the two above has something. */
  #isUncommon = false
  #num = ''
  #text = ''
  #keys = ''
  #terms = ''
  #prose: Map<string, string> | undefined
  #inexact = false
  #ungrouped = false

  /** @param keyJson the key, @param valueJson the value, as JSON */
  addValue(area: TermArea, keyJson: string, valueJson: string): void {
    if (area === 'attributes') this.#attributes += `,${keyJson}:${valueJson}`
    else this.#resource += `,${keyJson}:${valueJson}`
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

  /** The members of the document, each with a comma before it. The next document begins without them. */
  finish(): string {
    let members = ''
    if (this.#attributes !== '') members += `,"attributes":{${this.#attributes.slice(1)}}`
    if (this.#resource !== '') members += `,"resource":{${this.#resource.slice(1)}}`
    if (this.#isUncommon) members += this.#uncommon()
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
    this.#clear()
    return members
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

  #clear(): void {
    this.#attributes = ''
    this.#resource = ''
    this.#num = ''
    this.#text = ''
    this.#keys = ''
    this.#terms = ''
    this.#prose = undefined
    this.#inexact = false
    this.#ungrouped = false
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
