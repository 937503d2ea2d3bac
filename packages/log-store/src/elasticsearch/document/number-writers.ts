import type { BooleanColumn, DoubleColumn, Int64Column } from '@heartwood/event'
import { numberText, putSortableDouble, SORTABLE_DOUBLE, sortableInteger } from '@heartwood/query-lang'
import type { ColumnWriter } from './column-writers.ts'
import type { DocumentKey } from './document-key.ts'
import type { DocumentParts } from './document-parts.ts'
import { type Piece, pieceOf } from './json-bytes.ts'
import { addScalar } from './scalar-terms.ts'

const TERM_END = pieceOf('"')

/** Adds the integers of a column: by their digits, but for those that are negative or beyond what a double holds. */
export function int64Writer(key: DocumentKey, { present, values }: Int64Column): ColumnWriter {
  const addOther = otherIntegerWriter(key)
  const { area, canBeField, canBeNumber } = key
  const member = pieceOf(`,${key.json}:`)
  const keyTerm = pieceOf(`,${key.keyJson('int64')}`)
  const terms = integerTerms(key)
  return (row, parts) => {
    if (!present[row]) return
    const exact = values[row] ?? 0n
    const value = Number(exact)
    if (!canBeField || value < 0 || !Number.isSafeInteger(value)) {
      addOther(exact, parts)
      return
    }
    const members = parts[area]
    members.piece(member)
    const start = members.end
    members.digits(value)
    const { end } = members
    parts.keys.piece(keyTerm)
    if (canBeNumber) {
      parts.num.piece(member)
      parts.num.partOf(members, start, end)
    }
    parts.terms.piece(terms(end - start))
    parts.terms.partOf(members, start, end)
    parts.terms.piece(TERM_END)
  }
}

/** What stands before the digits of an integer in its term, by how many they are. */
function integerTerms(key: DocumentKey): (digits: number) => Piece {
  const known: Piece[] = []
  return (digits) => {
    const piece = known[digits] ?? pieceOf(`,${key.termJson('int64', `"${integerStart(digits)}`)}`)
    known[digits] = piece
    return piece
  }
}

function integerStart(digits: number): string {
  return sortableInteger('1'.repeat(digits)).slice(0, -digits)
}

function otherIntegerWriter(key: DocumentKey): (value: bigint, parts: DocumentParts) => void {
  const keyJson = key.keyJson('int64')
  return (value, parts) => {
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

export function doubleWriter(key: DocumentKey, { present, values }: DoubleColumn): ColumnWriter {
  const addOther = otherDoubleWriter(key)
  const { area, canBeField, canBeNumber } = key
  const member = pieceOf(`,${key.json}:`)
  const keyTerm = pieceOf(`,${key.keyJson('double')}`)
  const term = pieceOf(`,${key.termJson('double', '"')}`)
  return (row, parts) => {
    if (!present[row]) return
    const value = values[row] ?? 0
    // JSON has no other numbers, and no column has them either.
    if (!Number.isFinite(value)) return
    if (!canBeField || Number.isSafeInteger(value)) {
      addOther(value, parts)
      return
    }
    const members = parts[area]
    members.piece(member)
    const start = members.end
    members.text(numberText(value))
    parts.keys.piece(keyTerm)
    if (canBeNumber) {
      parts.num.piece(member)
      parts.num.partOf(members, start, members.end)
    }
    parts.terms.piece(term)
    parts.terms.put(SORTABLE_DOUBLE, (bytes, at) => putSortableDouble(value, bytes, at))
    parts.terms.piece(TERM_END)
  }
}

/** Whole numbers among doubles have the terms of integers. */
function otherDoubleWriter(key: DocumentKey): (value: number, parts: DocumentParts) => void {
  const keyJson = key.keyJson('double')
  return (value, parts) => {
    const text = numberText(value)
    if (key.canBeField) parts.addValue(key.area, key.json, text)
    else parts.addMore(key.area, key.json, text)
    if (key.canBeTerm) parts.addKey(keyJson)
    if (key.canBeNumber) parts.addNumber(key.json, text)
    addScalar(parts, key, value)
  }
}

export function booleanWriter(key: DocumentKey, { values }: BooleanColumn): ColumnWriter {
  const writers = [undefined, booleanValueWriter(key, false), booleanValueWriter(key, true)]
  return (row, parts) => writers[values[row] ?? 0]?.(parts)
}

function booleanValueWriter(key: DocumentKey, value: boolean): (parts: DocumentParts) => void {
  const { area } = key
  const text = String(value)
  if (!key.canBeField)
    return (parts) => {
      parts.addMore(area, key.json, text)
      if (key.canBeTerm) parts.addKey(key.keyJson('boolean'))
      addScalar(parts, key, value)
    }
  const member = pieceOf(`,${key.json}:${text}`)
  const keyTerm = pieceOf(`,${key.keyJson('boolean')}`)
  const term = pieceOf(`,${key.termJson('boolean', `"${text}"`)}`)
  return (parts) => {
    parts[area].piece(member)
    parts.keys.piece(keyTerm)
    parts.terms.piece(term)
  }
}
