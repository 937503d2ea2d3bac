import { type ArrayColumn, type EventBatch, exactJson, parseArray } from '@heartwood/event'
import type { TermArea } from '@heartwood/query-lang'
import { DocumentKey } from './document-key.ts'
import type { DocumentParts } from './document-parts.ts'
import { booleanWriter, doubleWriter, int64Writer } from './number-writers.ts'
import { addScalar } from './scalar-terms.ts'
import { stringWriter } from './string-writer.ts'
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
