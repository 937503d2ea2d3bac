import {
  type ArrayColumn,
  type BooleanColumn,
  type DoubleColumn,
  type EventBatch,
  exactJson,
  type Int64Column,
  parseArray,
  type StringColumn,
} from '@heartwood/event'
import { numberText, type TermArea } from '@heartwood/query-lang'
import { DocumentKey } from './document-key.ts'
import type { DocumentParts } from './document-parts.ts'
import { addScalar, addString, type StringValue, stringValue } from './scalar-terms.ts'
import { isLongTerm } from './text-limits.ts'

/** Adds a column's value of a row to its document, if it has one. */
export type ColumnWriter = (row: number, parts: DocumentParts) => void

/** A writer for each attribute and resource column of a batch. */
export function columnWriters(batch: EventBatch): ColumnWriter[] {
  return [...areaWriters(batch, 'attributes'), ...areaWriters(batch, 'resource')]
}

function areaWriters(batch: EventBatch, area: TermArea): ColumnWriter[] {
  return [...batch[area]].flatMap(([name, { string, array, int64, double, boolean }]) => {
    const key = new DocumentKey(area, name)
    return [
      ...(string === undefined ? [] : [stringWriter(key, string)]),
      ...(array === undefined ? [] : [arrayWriter(key, array)]),
      ...(int64 === undefined ? [] : [int64Writer(key, int64)]),
      ...(double === undefined ? [] : [doubleWriter(key, double)]),
      ...(boolean === undefined ? [] : [booleanWriter(key, boolean)]),
    ]
  })
}

function stringWriter(key: DocumentKey, { codes, values }: StringColumn): ColumnWriter {
  const keyJson = key.keyJson('string')
  const texts: (StringValue | undefined)[] = []
  // Where most values are of one row, keeping them only costs.
  const repeats = values.length * 2 < codes.length
  return (row, parts) => {
    const code = codes[row] ?? 0
    if (code === 0) return
    const text = texts[code] ?? stringValue(values.at(code))
    if (repeats) texts[code] = text
    if (key.canBeField) parts.addValue(key.area, key.json, text.json)
    else parts.addMore(key.area, key.json, text.json)
    if (key.canBeTerm) parts.addKey(keyJson)
    addString(parts, key, text)
  }
}

function arrayWriter(key: DocumentKey, { codes, values }: ArrayColumn): ColumnWriter {
  const keyJson = key.keyJson('array')
  return (row, parts) => {
    const code = codes[row] ?? 0
    if (code === 0) return
    const text = wellFormedArray(values.at(code))
    if (key.canBeField) {
      parts.addValue(key.area, key.json, JSON.stringify(text))
      parts.addType(key.area, key.json, 'array')
    } else parts.addMore(key.area, key.json, text)
    if (key.canBeTerm) parts.addKey(keyJson)
    if (isLongTerm(text)) parts.markUngrouped()
    for (const element of parseArray(text)) addScalar(parts, key, element)
  }
}

/** JSON text can say lone surrogates, which nothing else can. */
function wellFormedArray(text: string): string {
  if (!text.includes('\\u')) return text
  return exactJson(
    parseArray(text).map((element) => (typeof element === 'string' ? element.toWellFormed() : element)),
  )
}

function int64Writer(key: DocumentKey, { present, values }: Int64Column): ColumnWriter {
  const keyJson = key.keyJson('int64')
  return (row, parts) => {
    if (!present[row]) return
    const value = values[row] ?? 0n
    const number = Number(value)
    const isSafe = Number.isSafeInteger(number)
    const digits = isSafe ? String(number) : String(value)
    if (!key.canBeField) parts.addMore(key.area, key.json, digits)
    else if (isSafe) parts.addValue(key.area, key.json, digits)
    else {
      parts.addValue(key.area, key.json, `"${digits}"`)
      parts.addType(key.area, key.json, 'int64')
    }
    if (key.canBeTerm) parts.addKey(keyJson)
    if (key.canBeNumber) parts.addNumber(key.json, digits)
    addScalar(parts, key, isSafe ? number : value)
  }
}

function doubleWriter(key: DocumentKey, { present, values }: DoubleColumn): ColumnWriter {
  const keyJson = key.keyJson('double')
  return (row, parts) => {
    if (!present[row]) return
    const value = values[row] ?? 0
    // JSON has no other numbers, and no column has them either.
    if (!Number.isFinite(value)) return
    const text = numberText(value)
    if (key.canBeField) parts.addValue(key.area, key.json, text)
    else parts.addMore(key.area, key.json, text)
    if (key.canBeTerm) parts.addKey(keyJson)
    if (key.canBeNumber) parts.addNumber(key.json, text)
    addScalar(parts, key, value)
  }
}

function booleanWriter(key: DocumentKey, { values }: BooleanColumn): ColumnWriter {
  const keyJson = key.keyJson('boolean')
  return (row, parts) => {
    const value = values[row] ?? 0
    if (value === 0) return
    const text = String(value === 2)
    if (key.canBeField) parts.addValue(key.area, key.json, text)
    else parts.addMore(key.area, key.json, text)
    if (key.canBeTerm) parts.addKey(keyJson)
    addScalar(parts, key, value === 2)
  }
}
