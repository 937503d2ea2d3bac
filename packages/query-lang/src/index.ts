export { mostAlike } from './alike.ts'
export * from './ast.ts'
export { compileBatchPredicate } from './batch-predicate.ts'
export { check } from './check.ts'
export { complete, type Suggestion } from './complete.ts'
export { type Dialect, type Translation, translate } from './dialects/index.ts'
export { compileDuckDbNumber, isNumberSql } from './duckdb-number.ts'
export {
  compileDuckDb,
  type DuckDbColumn,
  type DuckDbColumns,
  type DuckDbExpression,
  type DuckDbOwnColumn,
  type DuckDbParameter,
  quoteIdentifier,
} from './duckdb-sql.ts'
export { compileDuckDbText } from './duckdb-text.ts'
export type { Clause, Narrowed } from './elasticsearch/clause.ts'
export * from './elasticsearch/document-terms.ts'
export { compileElasticsearch } from './elasticsearch/elasticsearch-query.ts'
export { canBeNumber, fieldNumber } from './field-number.ts'
export { fieldText, numberText } from './field-text.ts'
export { applied } from './fixes.ts'
export type { Piece, PieceKind } from './highlight.ts'
export { messageShape, messageShapeSql, shapeQuery, VARIABLE } from './message-shape.ts'
export { narrowing } from './narrowing.ts'
export { parse, piecesOf } from './parse.ts'
export { type Place, placeAt } from './place.ts'
export { compilePredicate, FREE_TEXT_FIELDS, parseRest } from './predicate.ts'
export { print, printValue } from './print.ts'
export { type RequiredTerms, requiredTerms, type TermField } from './required-terms.ts'
export { type RequiredText, requiredText } from './required-texts.ts'
export { TEXT_END } from './text-test.ts'
export { parseDuration, parseTime } from './time-input.ts'
export { isTimeZone, momentOfWall, type WallTime, wallTime, zoneOffset } from './time-zone.ts'
export { readTimestamp } from './timestamp.ts'
export { type Clock, readTypedTime, type TypedTime } from './typed-time.ts'
export { unknownFields } from './unknown-fields.ts'
export { levelOf, timeTest } from './value-test.ts'
export { WORD_RANGES } from './word-ranges.ts'
export { fold, isWordCharacter, words } from './words.ts'
