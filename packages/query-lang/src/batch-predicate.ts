import {
  type ColumnSet,
  type EventBatch,
  fieldTarget,
  type Nanos,
  type OwnFieldName,
  parseArray,
  type StringColumn,
  type TextField,
  type TypedColumns,
} from '@heartwood/event'
import type { FieldMatch, Query, TextMatch } from './ast.ts'
import {
  attributeMatcher,
  FREE_TEXT_FIELDS,
  hasString,
  ownNumberMatcher,
  parseRest,
  severityMatcher,
  timeMatcher,
  valueAtKey,
} from './predicate.ts'
import { proseTest, textMatcher } from './text-test.ts'
import { valueTest } from './value-test.ts'

/**
 * Compiles a query to a test of whole batches, or of some rows (rising) of one: it gives the numbers of the matching rows,
 * rising. What depends on a string alone is done once for each distinct value. Finds what `compilePredicate` finds.
 */
export function compileBatchPredicate(
  query: Query,
  now: Nanos,
): (batch: EventBatch, rows?: Uint32Array) => Uint32Array {
  const select = compileSelect(query, now)
  return (batch, rows = allRows(batch.length)) => select(batch, rows)
}

function allRows(length: number): Uint32Array {
  const rows = new Uint32Array(length)
  for (let row = 0; row < length; row++) rows[row] = row
  return rows
}

/** Picks out of `rows` (rising) those that match. */
type Select = (batch: EventBatch, rows: Uint32Array) => Uint32Array
/** Makes the test of a row for one batch. */
type RowTest = (batch: EventBatch) => (row: number) => boolean

function compileSelect(query: Query, now: Nanos): Select {
  switch (query.kind) {
    case 'all':
      return (_batch, rows) => rows
    case 'and': {
      const terms = query.terms.map((term) => compileSelect(term, now))
      return (batch, rows) =>
        terms.reduce((left, select) => (left.length === 0 ? left : select(batch, left)), rows)
    }
    case 'or': {
      const terms = query.terms.map((term) => compileSelect(term, now))
      return (batch, rows) => {
        let missing = rows
        for (const select of terms) missing = without(missing, select(batch, missing))
        return without(rows, missing)
      }
    }
    case 'not': {
      const select = compileSelect(query.term, now)
      return (batch, rows) => without(rows, select(batch, rows))
    }
    case 'text':
      return selectWhere(freeText(query.match))
    case 'field':
      return selectWhere(field(query.field, query.match, now))
  }
}

function selectWhere(rowTest: RowTest): Select {
  return (batch, rows) => {
    const matches = rowTest(batch)
    // A loop, since `filter` of a typed array takes several times as long.
    const found = new Uint32Array(rows.length)
    let count = 0
    for (let at = 0; at < rows.length; at++) {
      const row = rows[at] ?? 0
      if (matches(row)) found[count++] = row
    }
    return found.subarray(0, count)
  }
}

/** Both rising, `removed` a part of `rows`. */
function without(rows: Uint32Array, removed: Uint32Array): Uint32Array {
  let at = 0
  return rows.filter((row) => {
    if (removed[at] !== row) return true
    at++
    return false
  })
}

function freeText(match: TextMatch): RowTest {
  const matches = textMatcher(proseTest(match))
  const inArray = (text: string) =>
    parseArray(text).some((element) => typeof element === 'string' && matches(element))
  return (batch) => {
    const tests = [codedTest(batch.id, matches)]
    for (const name of FREE_TEXT_FIELDS) {
      if (name !== 'id') tests.push(textFieldTest(batch, name, matches))
    }
    for (const { string, array } of batch.attributes.values()) {
      if (string !== undefined) tests.push(codedTest(string, matches))
      if (array !== undefined) tests.push(codedTest(array, inArray))
    }
    tests.push(textFieldTest(batch, 'rest', (text) => hasString(parseRest(text), matches)))
    return anyOf(tests)
  }
}

function field(name: string, match: FieldMatch, now: Nanos): RowTest {
  const target = fieldTarget(name)
  switch (target.at) {
    case 'own':
      return ownField(target.field.name, target.field.kind === 'text' ? 'text' : 'keyword', match, now)
    case 'attribute': {
      const matches = attributeMatcher(match, target.kind)
      const inRest = (text: string) => matches(valueAtKey(parseRest(text), target.key))
      return (batch) =>
        anyOf([...keyTests(batch.attributes, target.key, matches), textFieldTest(batch, 'rest', inRest)])
    }
    case 'resource': {
      const matches = attributeMatcher(match, 'keyword')
      const inRest = (text: string) => matches(valueAtKey(parseRest(text), `resource.${target.key}`))
      return (batch) =>
        anyOf([...keyTests(batch.resource, target.key, matches), textFieldTest(batch, 'rest', inRest)])
    }
  }
}

function ownField(name: OwnFieldName, kind: 'keyword' | 'text', match: FieldMatch, now: Nanos): RowTest {
  switch (name) {
    case '@timestamp': {
      const matches = timeMatcher(match, now)
      return (batch) => (row) => matches(batch.timestamp[row] ?? 0n)
    }
    case 'observed_at': {
      const matches = timeMatcher(match, now)
      return (batch) => (row) => matches(batch.observed_at[row] ?? 0n)
    }
    case 'level': {
      const matches = severityMatcher(match)
      return (batch) => (row) => matches(batch.severity_number[row] ?? 0)
    }
    case 'severity_number': {
      const matches = ownNumberMatcher(match)
      return (batch) => (row) => matches(batch.severity_number[row] ?? 0)
    }
    case 'weight': {
      const matches = ownNumberMatcher(match)
      return (batch) => (row) => matches(batch.weight[row] ?? 1)
    }
    case 'id': {
      const matches = textMatcher(valueTest(match, kind).text)
      return (batch) => codedTest(batch.id, matches)
    }
    default: {
      const matches = textMatcher(valueTest(match, kind).text)
      return (batch) => textFieldTest(batch, name, matches)
    }
  }
}

function textFieldTest(
  batch: EventBatch,
  name: TextField,
  matches: (text: string) => boolean,
): (row: number) => boolean {
  const column = batch.text.get(name)
  return column === undefined ? never : codedTest(column, (text) => text !== '' && matches(text))
}

function keyTests(
  columns: ColumnSet,
  key: string,
  matches: (value: unknown) => boolean,
): ((row: number) => boolean)[] {
  const typed: TypedColumns = columns.get(key) ?? {}
  const { string, array, int64, double, boolean } = typed
  const tests: ((row: number) => boolean)[] = []
  if (string !== undefined) tests.push(codedTest(string, matches))
  if (array !== undefined) tests.push(codedTest(array, (text) => matches(parseArray(text))))
  if (int64 !== undefined) tests.push((row) => int64.present[row] === 1 && matches(int64.values[row]))
  if (double !== undefined) tests.push((row) => double.present[row] === 1 && matches(double.values[row]))
  if (boolean !== undefined)
    tests.push((row) => boolean.values[row] !== 0 && matches(boolean.values[row] === 2))
  return tests
}

/** A test on a dictionary-coded column that looks at each distinct value once, when a row first needs it. */
function codedTest(
  column: Pick<StringColumn, 'codes' | 'values'>,
  matches: (text: string) => boolean,
): (row: number) => boolean {
  const { codes, values } = column
  // 0 not looked at yet, 1 no, 2 yes; code 0 is "no value".
  const answers = new Uint8Array(values.length)
  answers[0] = 1
  return (row) => {
    const code = codes[row] ?? 0
    let answer = answers[code]
    if (answer === 0) {
      answer = matches(values.at(code)) ? 2 : 1
      answers[code] = answer
    }
    return answer === 2
  }
}

function anyOf(tests: readonly ((row: number) => boolean)[]): (row: number) => boolean {
  const [first = never, second] = tests.filter((test) => test !== never)
  if (second === undefined) return first
  return (row) => tests.some((test) => test(row))
}

const never = () => false
