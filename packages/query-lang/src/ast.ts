/**
 * The tree of a query: a closed union that every compile target walks with one exhaustive switch.
 *
 * Grammar (case of AND, OR, NOT does not matter; a space is AND; NOT binds tightest, then AND, then OR):
 *
 *   query   := [ or ]                       nothing or `*` matches everything
 *   or      := and { OR and }
 *   and     := not { [AND] not }
 *   not     := (NOT | '-') not | primary
 *   primary := '(' or ')' | name ':' value | name [':'] op operand | value
 *   value   := word | "phrase" | /regex/ | wi*ld?card | '(' or ')'    the last behind `name:` only, where each word,
 *                                                                     phrase, regex and `op operand` is of that field
 *   op      := '>' | '>=' | '<' | '<='
 *   operand := word | "phrase"              a number, a level or a time
 *   name    := word | "phrase"
 *
 * A bare word is the whole word (a run of letters, digits, `_`), any case, in the message, the ids and the string
 * attributes. A bare value with other characters is the phrase of its words: `user-1` is `"user 1"`; one without any
 * word is looked for as it is: `=>`.
 *
 * A backslash takes the meaning from the next character, in quotes from `"` and `\` only. A colon ends a name except in
 * `http://`, `std::io`, `12:30` and `10.0.0.1:80`; behind a name it belongs to the value, which stands right behind it.
 * A slash begins a regular expression only if its next unescaped slash ends a word: `/api/orders` is a path.
 */
export type Query =
  | { readonly kind: 'all' }
  | { readonly kind: 'and'; readonly terms: readonly Query[] }
  | { readonly kind: 'or'; readonly terms: readonly Query[] }
  | { readonly kind: 'not'; readonly term: Query }
  | { readonly kind: 'text'; readonly match: TextMatch; readonly span: Span }
  | { readonly kind: 'field'; readonly field: string; readonly match: FieldMatch; readonly span: Span }

/** Offsets into the query text, UTF-16, end exclusive. */
export interface Span {
  readonly start: number
  readonly end: number
}

/**
 * What is looked for in free text: message, trace_id, span_id, request_id, id, every string attribute, every string in
 * an array attribute, and every string inside `rest`. Not in resource values, nor in numbers.
 */
export type TextMatch =
  /** One or more words in a row, separators between them ignored; `text` as written. */
  | { readonly kind: 'words'; readonly text: string }
  /**
   * A pattern with `*` (any run) and `?` (one character) that one whole word matches, any case; `*x*` is a substring of
   * anything, across words. Cut at other characters, it is a row of such words: `check-*` is `check` and any word behind.
   * A backslash takes the meaning from `*`, `?` and `\`.
   */
  | { readonly kind: 'wildcard'; readonly pattern: string }
  /** RE2 syntax, case matters unless (?i), found anywhere. */
  | { readonly kind: 'regex'; readonly pattern: string }

export type FieldMatch =
  /**
   * Keyword-like: the whole value, case matters; numbers by value (`500`, `500.0` and `5e2` find 500), booleans as `true`
   * and `false`, arrays if an element does. Text-like: the words of `value`, as a phrase.
   */
  | { readonly kind: 'equals'; readonly value: string }
  /**
   * Keyword-like: the whole value matches, case matters; text-like: as in free text. Integers by their digits, booleans as
   * `true` and `false`; other numbers never.
   */
  | { readonly kind: 'wildcard'; readonly pattern: string }
  /** Found anywhere in the value; of numbers and booleans as with wildcards. */
  | { readonly kind: 'regex'; readonly pattern: string }
  /** Numbers; for `level` its order; for times ISO 8601, epoch milliseconds or `now-1h`. Never matches strings. */
  | { readonly kind: 'compare'; readonly op: '>' | '>=' | '<' | '<='; readonly value: string }
  /** `field:*`: the field has a value. */
  | { readonly kind: 'exists' }

export interface Diagnostic {
  readonly severity: 'error' | 'warning'
  readonly message: string
  readonly span: Span
  /** Ways to mend it, the likeliest first; each leaves the text without this error. */
  readonly fixes?: readonly Fix[]
}

/** Edits of the query's text that do not overlap, each of the text as it was. */
export interface Fix {
  /** What the reader is offered: `Close the quote`. */
  readonly title: string
  readonly edits: readonly (Span & { readonly insert: string })[]
}

/** `parse` never throws: with errors, `query` is what could be understood and must not be run. */
export interface Parsed {
  readonly query: Query
  readonly diagnostics: readonly Diagnostic[]
  readonly valid: boolean
}

export const ALL: Query = { kind: 'all' }
