export * from './ast.ts'
export {
  compileDuckDb,
  type DuckDbColumn,
  type DuckDbColumns,
  type DuckDbExpression,
  type DuckDbOwnColumn,
  type DuckDbParameter,
  quoteIdentifier,
} from './duckdb-sql.ts'
export { parseDuration, parseTime } from './time-input.ts'
export { levelOf } from './value-test.ts'
export { fold, isWordCharacter, words } from './words.ts'
