import { fieldTarget, type Nanos, type OwnFieldName } from '@heartwood/event'
import type { FieldMatch, Query } from './ast.ts'
import type { Glob } from './glob.ts'
import { integerComparison, type NumberOp } from './number-literal.ts'
import {
  ASCII_WORDS,
  CHARACTER,
  quoted,
  quotedAnyCase,
  SEPARATORS,
  SPACED_WORDS,
  type WordSyntax,
} from './re2.ts'
import { piecesIn } from './required-texts.ts'
import { proseTest, TEXT_END, type TextTest } from './text-test.ts'
import {
  type NumberTest,
  numberTest,
  severityRanges,
  timeTest,
  type ValueTest,
  valueTest,
} from './value-test.ts'

/**
 * The columns that exist, by SQL name (plain, this module quotes it). What is missing here has no value in any row.
 *
 * SQL types: own text fields VARCHAR (never ''); `@timestamp` and `observed_at` BIGINT nanoseconds; severity_number
 * any integer; weight DOUBLE. Attribute and resource columns by `type`: VARCHAR, BIGINT, DOUBLE, BOOLEAN, and for
 * `array` VARCHAR with the JSON text of an array of scalars. `rest` is VARCHAR with the JSON text of {key: value}, where
 * a key is an attribute's, or `resource.` and a resource value's: what got no column of its own.
 */
export interface DuckDbColumns {
  /** @param held as for `searchableAttributes` */
  own(field: DuckDbOwnColumn, held?: readonly string[]): string | undefined
  /** The columns of an attribute key, at most one of each type. */
  attribute(key: string): readonly DuckDbColumn[]
  resource(key: string): readonly DuckDbColumn[]
  /**
   * Every attribute column of type string or array: where a bare word looks beside message and ids.
   * @param held folded texts: a column of which no value holds all of them, in any case, may be left out
   */
  searchableAttributes(held?: readonly string[]): readonly DuckDbColumn[]
}

/** An event's own columns; `level` is asked of severity_number. */
export type DuckDbOwnColumn = Exclude<OwnFieldName, 'level'> | 'rest'

export interface DuckDbColumn {
  readonly name: string
  readonly type: 'string' | 'int64' | 'double' | 'boolean' | 'array'
}

/** Text, or an integer within int64; the SQL casts it. (Doubles go as text: the client would guess their type.) */
export type DuckDbParameter = string | bigint

export interface DuckDbExpression {
  /** A boolean expression; NULL means false, as WHERE takes it. Parameters are numbered from `firstParameter`. */
  readonly sql: string
  readonly params: readonly DuckDbParameter[]
}

/**
 * Compiles a query to a DuckDB expression over the columns of one row. Text of the query is only ever a bound
 * parameter. Comparisons outside a NOT stand bare, so that DuckDB can push them into the Parquet scan.
 */
export function compileDuckDb(
  query: Query,
  columns: DuckDbColumns,
  now: Nanos,
  options: { readonly firstParameter?: number } = {},
): DuckDbExpression {
  const compiler = new DuckDbCompiler(columns, now, options.firstParameter ?? 1)
  const sql = compiler.query(query)
  return { sql, params: compiler.params }
}

/** An SQL identifier in double quotes. */
export function quoteIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

type WordRow = Extract<TextTest, { kind: 'phrase' | 'glob_words' }>
type SqlTest = TextTest | { readonly kind: 'any_row'; readonly rows: readonly WordRow[] }

const TEXT_END_SQL = `chr(${TEXT_END.codePointAt(0)})`

class DuckDbCompiler {
  readonly params: DuckDbParameter[] = []
  readonly #numbers = new Map<DuckDbParameter, number>()
  readonly #columns: DuckDbColumns
  readonly #now: Nanos
  readonly #first: number

  constructor(columns: DuckDbColumns, now: Nanos, first: number) {
    this.#columns = columns
    this.#now = now
    this.#first = first
  }

  query(query: Query): string {
    switch (query.kind) {
      case 'all':
        return 'true'
      case 'and':
        return joined(
          'AND',
          query.terms.map((term) => this.query(term)),
        )
      case 'or':
        return this.#or(query.terms)
      case 'not':
        return `(NOT coalesce(${this.query(query.term)}, false))`
      case 'text':
        return this.#freeText(proseTest(query.match))
      case 'field':
        return this.#field(query.field, query.match)
    }
  }

  /** Of many bare words, as of a pasted list, one test for all. */
  #or(terms: readonly Query[]): string {
    const rows: WordRow[] = []
    const others: Query[] = []
    for (const term of terms) {
      const test = term.kind === 'text' ? proseTest(term.match) : undefined
      if (test?.kind === 'phrase' || test?.kind === 'glob_words') rows.push(test)
      else others.push(term)
    }
    const words = rows.length === 0 ? [] : [this.#freeText({ kind: 'any_row', rows })]
    return anyOf([...words, ...others.map((term) => this.query(term))])
  }

  /**
   * One test of the message and one of everything else joined, since RE2 spends milliseconds on a pattern with Unicode
   * classes and does so for every place it stands in. Patterns that are the user's own see each value alone.
   */
  #freeText(test: SqlTest): string {
    const held = test.kind === 'any_row' ? [] : piecesIn(test)
    const message = this.#own('message', held).map((column) => this.#text(test, column))
    const ids = (['trace_id', 'span_id', 'request_id', 'id'] as const).flatMap((field) =>
      this.#own(field, held),
    )
    const attributes = this.#columns.searchableAttributes(held)
    const strings = [...ids, ...columnsOf(attributes, 'string')]
    const lists = [
      ...columnsOf(attributes, 'array').map(elements),
      // `**` is every value at any depth.
      ...this.#own('rest').map((column) => `TRY(json_extract(${column}, '$.**'))`),
    ]
    if (test.kind === 'regex' || test.kind === 'is') {
      return anyOf([
        ...message,
        ...strings.map((column) => this.#text(test, column)),
        ...lists.map((list) => anyElement(list, (element) => this.#stringElement(test, element))),
      ])
    }
    const texts = [...strings, ...lists.map((list) => `array_to_string(${stringsOf(list)}, ${TEXT_END_SQL})`)]
    if (texts.length === 0) return anyOf(message)
    return anyOf([...message, this.#text(test, `concat_ws(${TEXT_END_SQL}, ${texts.join(', ')})`)])
  }

  #field(name: string, match: FieldMatch): string {
    const target = fieldTarget(name)
    switch (target.at) {
      case 'own':
        return this.#ownField(target.field.name, target.field.kind === 'text' ? 'text' : 'keyword', match)
      case 'attribute':
        return this.#keyed(match, this.#columns.attribute(target.key), target.kind, target.key)
      case 'resource':
        return this.#keyed(match, this.#columns.resource(target.key), 'keyword', `resource.${target.key}`)
    }
  }

  #ownField(name: OwnFieldName, kind: 'keyword' | 'text', match: FieldMatch): string {
    if (name === 'level') return this.#level(match)
    return anyOf(
      this.#own(name).map((column) => {
        if (match.kind === 'exists') return `${column} IS NOT NULL`
        switch (name) {
          case '@timestamp':
          case 'observed_at': {
            const test = timeTest(match, this.#now)
            return test === undefined ? 'false' : this.#integerIs(test.op, column, test.bound)
          }
          case 'severity_number':
            return this.#integer(numberTest(match), column)
          case 'weight':
            return this.#double(numberTest(match), column)
          default:
            return this.#text(valueTest(match, kind).text, column)
        }
      }),
    )
  }

  #level(match: FieldMatch): string {
    if (match.kind === 'exists') return 'true'
    return anyOf(
      this.#own('severity_number').flatMap((column) =>
        severityRanges(match).map(([from, to]) =>
          from === to ? `${column} = ${from}` : `${column} BETWEEN ${from} AND ${to}`,
        ),
      ),
    )
  }

  /** An attribute or resource value: its typed columns and its key in `rest`. */
  #keyed(
    match: FieldMatch,
    columns: readonly DuckDbColumn[],
    kind: 'keyword' | 'text',
    restKey: string,
  ): string {
    const rest = this.#own('rest').map((column) => restValue(column, this.#parameter(jsonPointer(restKey))))
    if (match.kind === 'exists') {
      const typed = columns.map(({ name }) => `${quoteIdentifier(name)} IS NOT NULL`)
      return anyOf([...typed, ...rest.map((value) => `json_type(${value}) <> 'NULL'`)])
    }
    const test = valueTest(match, kind)
    return anyOf([
      ...columns.map((column) => this.#column(test, column)),
      ...rest.map((value) =>
        anyElement(
          `CASE WHEN json_type(${value}) = 'ARRAY' THEN ${elements(value)} ELSE [${value}] END`,
          (element) => this.#element(test, element),
        ),
      ),
    ])
  }

  #column(test: ValueTest, { name, type }: DuckDbColumn): string {
    const column = quoteIdentifier(name)
    switch (type) {
      case 'string':
        return this.#text(test.text, column)
      case 'boolean':
        return this.#text(test.text, `CAST(${column} AS VARCHAR)`)
      case 'int64':
        return anyOf([this.#integer(test.number, column), this.#digits(test, column)])
      case 'double':
        return this.#double(test.number, column)
      case 'array':
        return anyElement(elements(column), (element) => this.#element(test, element))
    }
  }

  /** The test on one JSON scalar; containers pass nothing. */
  #element(test: ValueTest, element: string): string {
    const text = `(${element}->>'$')`
    const integer = `TRY_CAST(${text} AS BIGINT)`
    const isInteger = `(json_type(${element}) IN ('BIGINT', 'UBIGINT') AND ${integer} IS NOT NULL)`
    const isDouble = `(json_type(${element}) IN ('DOUBLE', 'UBIGINT', 'HUGEINT') AND NOT ${isInteger})`
    return anyOf([
      both(`json_type(${element}) IN ('VARCHAR', 'BOOLEAN')`, this.#text(test.text, text)),
      both(isInteger, anyOf([this.#integer(test.number, integer), this.#digits(test, integer)])),
      both(isDouble, this.#double(test.number, `TRY_CAST(${text} AS DOUBLE)`)),
    ])
  }

  #stringElement(test: SqlTest, element: string): string {
    return both(`json_type(${element}) = 'VARCHAR'`, this.#text(test, `(${element}->>'$')`))
  }

  #digits(test: ValueTest, integer: string): string {
    return test.digits ? this.#text(test.text, `CAST(${integer} AS VARCHAR)`) : 'false'
  }

  #integer(test: NumberTest | undefined, expression: string): string {
    if (test === undefined) return 'false'
    const exact = integerComparison(test.op, test.literal)
    if (exact === 'never') return 'false'
    if (exact === 'always') return `${expression} IS NOT NULL`
    return this.#integerIs(exact.op, expression, exact.bound)
  }

  #integerIs(op: NumberOp, expression: string, bound: bigint): string {
    return `${expression} ${op} CAST(${this.#parameter(bound)} AS BIGINT)`
  }

  #double(test: NumberTest | undefined, expression: string): string {
    return test === undefined
      ? 'false'
      : `${expression} ${test.op} CAST(${this.#parameter(String(test.literal.double))} AS DOUBLE)`
  }

  #text(test: SqlTest, expression: string): string {
    switch (test.kind) {
      case 'never':
        return 'false'
      case 'is':
        return `${expression} = ${this.#parameter(test.value)}`
      case 'contains':
        return `contains(${expression}, ${this.#parameter(test.text)})`
      case 'phrase':
      case 'glob_words':
        return this.#words([test], expression)
      case 'any_row':
        return this.#words(test.rows, expression)
      case 'glob':
        return this.#glob(test.glob, expression)
      case 'glob_inside':
        return this.#regex(
          expression,
          globPattern(test.glob.slice(1, -1), { any: `${CHARACTER}*`, one: CHARACTER }, quotedAnyCase),
        )
      case 'regex':
        // The empty group keeps DuckDB from rewriting the pattern to LIKE or contains, which gets `$a` and `a(?:)` wrong.
        return this.#regex(expression, `()${test.pattern}`)
    }
  }

  /**
   * Whether words stand in one of the given rows. The longest text of each is looked for first, which takes RE2 half the
   * time of a pattern with borders. Then a pattern that is exact in ASCII sorts out nearly everything; what is left and
   * not ASCII is asked again with its separators made spaces.
   */
  #words(rows: readonly WordRow[], expression: string): string {
    const spaced = `regexp_replace(${expression}, ${this.#parameter(SEPARATORS)}, ' ', 'g')`
    const texts = rows.map(longestText)
    const first = texts.includes('') ? [] : [this.#regex(expression, texts.map(quotedAnyCase).join('|'))]
    const likely = [...first, this.#regex(expression, rowsPattern(rows, ASCII_WORDS))]
    return (
      `CASE ${likely.map((test) => `WHEN NOT coalesce(${test}, false) THEN false `).join('')}` +
      `WHEN strlen(${expression}) = length(${expression}) THEN true ` +
      `ELSE ${this.#regex(spaced, rowsPattern(rows, SPACED_WORDS))} END`
    )
  }

  #glob(glob: Glob, expression: string): string {
    const [first, second, third] = glob
    if (first === undefined) return `${expression} = ''`
    if (glob.length === 1 && first.kind === 'any') return `${expression} IS NOT NULL`
    if (glob.length === 1 && first.kind === 'literal') return `${expression} = ${this.#parameter(first.text)}`
    if (glob.length === 2 && first.kind === 'literal' && second?.kind === 'any') {
      return `starts_with(${expression}, ${this.#parameter(first.text)})`
    }
    if (glob.length === 2 && first.kind === 'any' && second?.kind === 'literal') {
      return `ends_with(${expression}, ${this.#parameter(second.text)})`
    }
    if (glob.length === 3 && first.kind === 'any' && second?.kind === 'literal' && third?.kind === 'any') {
      return `contains(${expression}, ${this.#parameter(second.text)})`
    }
    return this.#regex(expression, `(?s)\\A${globPattern(glob, { any: '.*', one: '.' }, quoted)}\\z`)
  }

  #regex(expression: string, pattern: string): string {
    return `regexp_matches(${expression}, ${this.#parameter(pattern)})`
  }

  /** The quoted name of an own column, or nothing where the column does not exist. */
  #own(field: DuckDbOwnColumn, held: readonly string[] = []): string[] {
    const name = this.#columns.own(field, held)
    return name === undefined ? [] : [quoteIdentifier(name)]
  }

  /** One parameter for each distinct value. */
  #parameter(value: DuckDbParameter): string {
    let number = this.#numbers.get(value)
    if (number === undefined) {
      number = this.#first + this.params.length
      this.params.push(value)
      this.#numbers.set(value, number)
    }
    return `$${number}`
  }
}

/** The JSON pointer to a key of the object in `rest`. */
export function jsonPointer(key: string): string {
  return `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`
}

/** The JSON value at a pointer (a parameter); NULL where there is none, or where the text is not JSON. */
export function restValue(column: string, pointer: string): string {
  return `TRY(json_extract(${column}, ${pointer}))`
}

function rowsPattern(rows: readonly WordRow[], syntax: WordSyntax): string {
  const { separators, border } = syntax
  const patterns = rows.map((row) => rowPatterns(row, syntax).join(separators))
  return `(?:\\A|${border})(?:${patterns.join('|')})(?:\\z|${border})`
}

/** One pattern for each word of a row. */
function rowPatterns(row: WordRow, { word }: WordSyntax): string[] {
  if (row.kind === 'phrase') return row.words.map(quotedAnyCase)
  return row.globs.map((glob) =>
    // A word has at least one character.
    glob.every((part) => part.kind === 'any')
      ? `${word}+`
      : globPattern(glob, { any: `${word}*`, one: word }, quotedAnyCase),
  )
}

/** The longest text that a row of words has as it is, apart from case; '' where it has none. */
function longestText(row: WordRow): string {
  const texts =
    row.kind === 'phrase'
      ? row.words
      : row.globs.flatMap((glob) => glob.flatMap((part) => (part.kind === 'literal' ? [part.text] : [])))
  return texts.reduce((longest, text) => (text.length > longest.length ? text : longest), '')
}

function globPattern(
  glob: Glob,
  wild: { readonly any: string; readonly one: string },
  literal: (text: string) => string,
): string {
  return glob.map((part) => (part.kind === 'literal' ? literal(part.text) : wild[part.kind])).join('')
}

function columnsOf(columns: readonly DuckDbColumn[], type: DuckDbColumn['type']): string[] {
  return columns.filter((column) => column.type === type).map(({ name }) => quoteIdentifier(name))
}

/** The strings of a list of JSON values. */
function stringsOf(list: string): string {
  return `list_transform(list_filter(${list}, lambda x: json_type(x) = 'VARCHAR'), lambda x: x->>'$')`
}

/** The elements of a JSON array as a list; text that is not JSON has none. */
function elements(expression: string): string {
  return `TRY(json_extract(${expression}, '$[*]'))`
}

function anyElement(list: string, condition: (element: string) => string): string {
  const test = condition('x')
  return test === 'false' ? 'false' : `len(list_filter(${list}, lambda x: ${test})) > 0`
}

function both(guard: string, condition: string): string {
  return condition === 'false' ? 'false' : `(${guard} AND ${condition})`
}

function anyOf(conditions: readonly string[]): string {
  return joined(
    'OR',
    conditions.filter((condition) => condition !== 'false'),
  )
}

function joined(operator: 'AND' | 'OR', conditions: readonly string[]): string {
  const [only] = conditions
  if (only === undefined) return operator === 'AND' ? 'true' : 'false'
  return conditions.length === 1 ? only : `(${conditions.join(` ${operator} `)})`
}
