/** Where the cursor stands in a query, for what may follow. `typed` is what stands before it of text[start, end). */
export type Place =
  | { readonly kind: 'field'; readonly typed: string; readonly start: number; readonly end: number }
  | {
      readonly kind: 'value'
      readonly field: string
      readonly typed: string
      readonly start: number
      readonly end: number
      /** The value is being written in quotes, which are part of text[start, end). */
      readonly quoted: boolean
    }

const NAME = String.raw`(?:"(?<quoted>(?:[^"\\]|\\["\\])+)"|(?<plain>[^\s()"<>:-][^\s()"<>:]*))`
const VALUE = new RegExp(String.raw`${NAME}(?::|:?[<>]=?\s*)(?<typed>[^\s()"<>]*)$`, 'u')
const VALUE_IN_QUOTES = new RegExp(String.raw`${NAME}(?::|:\((?:[^()"]*\s)?-?)"(?<typed>[^"\\]*)$`, 'u')
const VALUE_IN_GROUP = new RegExp(
  String.raw`${NAME}:\((?:[^()"]|"(?:[^"\\]|\\["\\])*")*?(?<=[\s(]|[\s(]-)(?<typed>(?!-)[^\s()"<>]*)$`,
  'u',
)
const FIELD = /(?:^|[\s(])-?(?<typed>[^\s()"<>:-][^\s()"<>:]*)?$/u

/** The place at a cursor (UTF-16 offset), or undefined inside a phrase of free text. */
export function placeAt(text: string, cursor: number): Place | undefined {
  // What is further back than any name and its values does not matter, and would take its time.
  const from = Math.max(0, cursor - 2_000)
  const before = text.slice(from, cursor)
  const quoted = isInQuotes(text.slice(0, cursor))
  const value = quoted ? VALUE_IN_QUOTES.exec(before) : (VALUE.exec(before) ?? VALUE_IN_GROUP.exec(before))
  if (value !== null) {
    const { quoted: name = '', plain = name.replace(/\\(["\\])/g, '$1'), typed = '' } = value.groups ?? {}
    const start = cursor - typed.length - (quoted ? 1 : 0)
    const isClosed = quoted && text[cursor] === '"'
    return { kind: 'value', field: plain, typed, start, end: isClosed ? cursor + 1 : cursor, quoted }
  }
  if (quoted) return undefined
  const name = FIELD.exec(before)
  if (name === null) return undefined
  const typed = name.groups?.typed ?? ''
  return { kind: 'field', typed, start: cursor - typed.length, end: cursor }
}

function isInQuotes(before: string): boolean {
  return (before.replace(/\\["\\]/g, '').match(/"/g)?.length ?? 0) % 2 === 1
}
