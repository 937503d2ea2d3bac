import type { StringColumn } from '@heartwood/event'
import type { ColumnWriter } from './column-writers.ts'
import type { DocumentKey } from './document-key.ts'
import type { DocumentParts } from './document-parts.ts'
import { pieceOf } from './json-bytes.ts'
import { JsonTexts } from './json-texts.ts'
import { addString, stringValue } from './scalar-terms.ts'

/** Adds the strings of a column: by their bytes, but for what an index cannot have as it is. */
export function stringWriter(key: DocumentKey, { codes, values }: StringColumn): ColumnWriter {
  const texts = new JsonTexts(values)
  const addOdd = oddStringWriter(key)
  const { area } = key
  const isLikeMost = key.canBeField && !key.isProse
  const isSearched = area === 'attributes'
  const member = pieceOf(`,${key.json}:`)
  const keyTerm = pieceOf(`,${key.keyJson('string')}`)
  const term = pieceOf(`,${key.termJson('string', '"')}`)
  const comma = pieceOf(',')
  return (row, parts) => {
    const code = codes[row] ?? 0
    if (code === 0) return
    if (!isLikeMost || texts.isOdd(code)) {
      addOdd(texts.text(code), parts)
      return
    }
    const { [area]: members, keys, terms, text } = parts
    members.piece(member)
    const start = members.end
    texts.write(code, members)
    keys.piece(keyTerm)
    if (isSearched && texts.length(code) > 0) {
      text.piece(comma)
      text.partOf(members, start, members.end)
    }
    terms.piece(term)
    terms.partOf(members, start + 1, members.end)
  }
}

function oddStringWriter(key: DocumentKey): (value: string, parts: DocumentParts) => void {
  const keyJson = key.keyJson('string')
  return (value, parts) => {
    const text = stringValue(value)
    if (key.canBeField) parts.addValue(key.area, key.json, text.json)
    else parts.addMore(key.area, key.json, text.json)
    if (key.canBeTerm) parts.addKey(keyJson)
    addString(parts, key, text)
  }
}
